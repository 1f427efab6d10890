/* SPDX-License-Identifier: Apache-2.0 */
/* An emitter, for flat_map, in C++17: any number of rows out for each row in. What throws in a body
 * ends the process with its text: exceptions do not cross the line to the engine. */
#include <weir/plugin.h>

#include <algorithm>
#include <string_view>

namespace
{
bool is_of_tag(char byte)
{
    const auto lower = static_cast<char>(byte | 0x20);
    return (lower >= 'a' && lower <= 'z') || (byte >= '0' && byte <= '9') || byte == '_' ||
           static_cast<unsigned char>(byte) >= 0x80; /* any letter that ASCII does not have */
}

/* The next tag of `rest`, which is moved behind it; empty: there is none. */
std::string_view next_tag(std::string_view &rest)
{
    for (auto start = rest.find('#'); start != std::string_view::npos; start = rest.find('#')) {
        rest.remove_prefix(start + 1);
        const auto end = std::find_if_not(rest.begin(), rest.end(), is_of_tag);
        const auto count = static_cast<std::size_t>(end - rest.begin());
        if (count > 0) {
            const auto tag = rest.substr(0, count);
            rest.remove_prefix(count);
            return tag;
        }
    }
    return {};
}
} // namespace

WEIR_EMITTER(tags, (weir_str, text), (weir_str, tag, int64_t, place))
{
    std::string_view rest(text.bytes, text.count);
    int64_t place = 0;
    for (auto tag = next_tag(rest); !tag.empty(); tag = next_tag(rest)) {
        WEIR_EMIT(weir_str_make(tag.data(), tag.size()), place); /* a slice: nothing is copied */
        place++;
    }
}
WEIR_HELP(tags,
          "the #hashtags of a text, without the #, and the place of each, from 0",
          "file \"posts.txt\" | flat_map hashtags.tags(line) | print");

WEIR_PLUGIN("org.example.hashtags", "1.0.0", "hashtags of texts", "Apache-2.0");
