# SPDX-License-Identifier: Apache-2.0
# Finds the libraries that weir stands on and gives each one name, whatever the distribution
# calls it: weir::msgpack, weir::ffi, weir::lz4, weir::xxhash, weir::uv, weir::pcre2,
# weir::zlib, weir::dw, and weir::cmocka for tests.

find_package(PkgConfig REQUIRED)
set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)

# weir_need(NAME DEBIAN_PACKAGE MODULE...): the first pkg-config module found becomes weir::NAME.
function(weir_need name debian)
    if(TARGET weir::${name})
        return()
    endif()
    foreach(module IN LISTS ARGN)
        pkg_check_modules(weir_${name}_${module} QUIET IMPORTED_TARGET ${module})
        if(weir_${name}_${module}_FOUND)
            add_library(weir::${name} INTERFACE IMPORTED GLOBAL)
            target_link_libraries(weir::${name} INTERFACE PkgConfig::weir_${name}_${module})
            return()
        endif()
    endforeach()
    list(JOIN ARGN " or " wanted)
    message(FATAL_ERROR "pkg-config knows no ${wanted}: install it (Debian: apt-get install "
        "${debian}), or run tools/try, which installs everything that is missing")
endfunction()

# msgpack-c has had four names: the package msgpack (3, 4) or msgpack-c (5 and later), with the
# target msgpackc or msgpack-c; without CMake files pkg-config knows it by either name.
foreach(package IN ITEMS msgpack-c msgpack)
    if(NOT TARGET weir::msgpack)
        find_package(${package} CONFIG QUIET)
        foreach(target IN ITEMS msgpack-c msgpackc)
            if(TARGET ${target} AND NOT TARGET weir::msgpack)
                add_library(weir::msgpack INTERFACE IMPORTED GLOBAL)
                target_link_libraries(weir::msgpack INTERFACE ${target})
            endif()
        endforeach()
    endif()
endforeach()
weir_need(msgpack libmsgpack-dev msgpack msgpack-c)
weir_need(ffi libffi-dev libffi)
weir_need(lz4 liblz4-dev liblz4)
weir_need(xxhash libxxhash-dev libxxhash)
weir_need(uv libuv1-dev libuv)
weir_need(pcre2 libpcre2-dev libpcre2-8)
weir_need(zlib zlib1g-dev zlib)
weir_need(dw libdw-dev libdw)
if(WEIR_TESTS)
    weir_need(cmocka libcmocka-dev cmocka)
    weir_need(jansson libjansson-dev jansson)
endif()
