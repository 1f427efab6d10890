# SPDX-License-Identifier: Apache-2.0
# weir_add_test(NAME source... [LABELS label...] [LIBS target...] [TIMEOUT seconds])
#
# One cmocka program = one CTest test. It links the engine and, where it exists, tests/support.
# Without LABELS the label is the folder below tests/ (unit, plugins, sim, e2e ...). WEIR_SOURCE_DIR
# and WEIR_BUILD_DIR are defined as strings. To build a test of plugins, sim, e2e or cli is to build
# weir and its plugins too, which such a test runs.
function(weir_add_test name)
    cmake_parse_arguments(PARSE_ARGV 1 test "" "TIMEOUT" "LABELS;LIBS")
    if(NOT test_UNPARSED_ARGUMENTS)
        message(FATAL_ERROR "weir_add_test(${name}): no source file given")
    endif()
    if(NOT test_LABELS)
        cmake_path(RELATIVE_PATH CMAKE_CURRENT_SOURCE_DIR
            BASE_DIRECTORY ${PROJECT_SOURCE_DIR}/tests OUTPUT_VARIABLE folder)
        string(REGEX REPLACE "/.*" "" test_LABELS "${folder}")
    endif()
    if(NOT test_TIMEOUT)
        set(test_TIMEOUT 120)
    endif()
    add_executable(${name} ${test_UNPARSED_ARGUMENTS})
    if(TARGET weir_test_support)
        target_link_libraries(${name} PRIVATE weir_test_support)
    endif()
    target_link_libraries(${name} PRIVATE ${test_LIBS} weir_engine weir_flags weir::cmocka)
    target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/engine)
    target_compile_definitions(${name} PRIVATE _POSIX_C_SOURCE=200809L
        WEIR_SOURCE_DIR="${PROJECT_SOURCE_DIR}" WEIR_BUILD_DIR="${PROJECT_BINARY_DIR}")
    if(TARGET weir_plugins AND NOT test_LABELS STREQUAL "unit")
        add_dependencies(${name} weir_plugins)
    endif()
    if(TARGET weir AND test_LABELS MATCHES "e2e|cli")
        add_dependencies(${name} weir)
    endif()
    add_test(NAME ${name} COMMAND ${name})
    set_tests_properties(${name} PROPERTIES LABELS "${test_LABELS}" TIMEOUT ${test_TIMEOUT})
endfunction()
