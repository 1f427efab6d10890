# SPDX-License-Identifier: Apache-2.0
# Writes the C file OUTPUT with the bytes of the templates FILES, comma-separated, below ROOT.
# usage: cmake -DROOT=... -DFILES=a,b -DOUTPUT=x.c -P embed_templates.cmake
string(REPLACE "," ";" files "${FILES}")
set(arrays "")
set(table "")
set(index 0)
foreach(file IN LISTS files)
    file(READ "${ROOT}/${file}" hex HEX)
    string(LENGTH "${hex}" digits)
    math(EXPR bytes "${digits} / 2")
    string(REGEX REPLACE "(..)" "0x\\1," hex "${hex}")
    string(APPEND arrays "static const char template_${index}[] = {${hex}0};\n")
    string(APPEND table "    {\"${file}\", template_${index}, ${bytes}},\n")
    math(EXPR index "${index} + 1")
endforeach()
file(WRITE "${OUTPUT}" "#include \"kit/template.h\"\n${arrays}"
    "const struct weir_template weir_templates[] = {\n${table}    {0, 0, 0}};\n")
