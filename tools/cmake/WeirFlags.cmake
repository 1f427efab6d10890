# SPDX-License-Identifier: Apache-2.0
# The language and the flags of the house: one INTERFACE target, weir_flags, that everything of
# ours links. Sanitizers and coverage are set for the whole tree, because they must not differ
# between the engine and the plugins that it loads.

set(CMAKE_C_STANDARD 17)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

add_library(weir_flags INTERFACE)
target_compile_options(weir_flags INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wcast-qual -Wpointer-arith
    -Wwrite-strings -Wundef -Wvla -Wformat=2 -Wimplicit-fallthrough -Wswitch-enum
    -Wnull-dereference -Wdouble-promotion -fvisibility=hidden
    $<$<COMPILE_LANGUAGE:C>:-Wstrict-prototypes>
    $<$<COMPILE_LANGUAGE:C>:-Wmissing-prototypes>
    $<$<COMPILE_LANGUAGE:C>:-Wold-style-definition>)

# By the language: the C++ compiler may be another one.
if(CMAKE_C_COMPILER_ID STREQUAL "GNU")
    target_compile_options(weir_flags INTERFACE
        $<$<COMPILE_LANGUAGE:C>:-Wduplicated-cond>
        $<$<COMPILE_LANGUAGE:C>:-Wduplicated-branches>
        $<$<COMPILE_LANGUAGE:C>:-Wlogical-op>
        $<$<COMPILE_LANGUAGE:C>:-Wformat-signedness>
        $<$<COMPILE_LANGUAGE:C>:-Wjump-misses-init>)
elseif(CMAKE_C_COMPILER_ID MATCHES "Clang")
    target_compile_options(weir_flags INTERFACE
        $<$<COMPILE_LANGUAGE:C>:-Wcomma>
        $<$<COMPILE_LANGUAGE:C>:-Wassign-enum>
        $<$<COMPILE_LANGUAGE:C>:-Wconditional-uninitialized>
        $<$<COMPILE_LANGUAGE:C>:-Wmissing-variable-declarations>)
endif()

if(WEIR_WERROR)
    target_compile_options(weir_flags INTERFACE -Werror)
endif()

target_compile_definitions(weir_flags INTERFACE WEIR_VERSION="${PROJECT_VERSION}")

# WEIR_INSTRUMENTED: the build is slow on purpose, so plugins are not optimised against it.
set(WEIR_INSTRUMENTED OFF)
if(WEIR_SANITIZE)
    set(WEIR_INSTRUMENTED ON)
    add_compile_options(-fsanitize=${WEIR_SANITIZE} -fno-sanitize-recover=all
        -fno-omit-frame-pointer)
    add_link_options(-fsanitize=${WEIR_SANITIZE})
    if(NOT CMAKE_BUILD_TYPE STREQUAL "Release")
        add_compile_options(-O1)
    endif()
endif()
if(WEIR_COVERAGE)
    set(WEIR_INSTRUMENTED ON)
    add_compile_options(--coverage -fprofile-update=atomic)
    add_link_options(--coverage)
endif()

if(NOT WEIR_INSTRUMENTED)
    target_compile_options(weir_flags INTERFACE
        $<$<CONFIG:Release,RelWithDebInfo>:-fstack-protector-strong>
        $<$<CONFIG:Release,RelWithDebInfo>:-fstack-clash-protection>)
    target_compile_definitions(weir_flags INTERFACE
        $<$<CONFIG:Release,RelWithDebInfo>:_FORTIFY_SOURCE=3>)
endif()
add_link_options(-Wl,-z,relro -Wl,-z,now)
