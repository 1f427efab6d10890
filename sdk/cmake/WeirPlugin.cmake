# SPDX-License-Identifier: Apache-2.0
# weir_add_plugin(NAME source... [LIBS target...])
#
# Builds NAME.so, a weir plugin: target NAME, no "lib" prefix, in WEIR_PLUGIN_OUTPUT_DIRECTORY or
# else the current binary directory. It exports weir_plugin_e1 alone, has no undefined symbol, and
# is optimised even in a debug build, because its loops are the record path.
# LIBS are linked privately: third-party libraries that the plugin uses. With
# WEIR_PLUGIN_INSTALL_DIRECTORY set, the plugin is installed there.

function(weir_add_plugin name)
    cmake_parse_arguments(PARSE_ARGV 1 plugin "" "" "LIBS")
    if(NOT plugin_UNPARSED_ARGUMENTS)
        message(FATAL_ERROR "weir_add_plugin(${name}): no source file given")
    endif()
    set(WEIR_PLUGIN_MAP ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/weir_plugin.map)
    set(directory ${CMAKE_CURRENT_BINARY_DIR})
    if(WEIR_PLUGIN_OUTPUT_DIRECTORY)
        set(directory ${WEIR_PLUGIN_OUTPUT_DIRECTORY})
    endif()
    add_library(${name} MODULE ${plugin_UNPARSED_ARGUMENTS})
    set_target_properties(${name} PROPERTIES
        PREFIX "" SUFFIX ".so" LIBRARY_OUTPUT_DIRECTORY ${directory}
        LINK_DEPENDS ${WEIR_PLUGIN_MAP})
    target_link_libraries(${name} PRIVATE weir::sdk ${plugin_LIBS})
    if(TARGET weir_flags)
        target_link_libraries(${name} PRIVATE weir_flags)
    endif()
    # gcc -O2 keeps sqrt's errno branch, which halves such loops: hence -fno-math-errno.
    target_compile_options(${name} PRIVATE -fno-math-errno -fvisibility=hidden)
    target_link_options(${name} PRIVATE
        -Wl,-z,nodelete -Wl,-Bsymbolic -Wl,--build-id
        -Wl,--version-script=${WEIR_PLUGIN_MAP})
    # A sanitizer's run-time is resolved from the program that loads the plugin.
    if(NOT WEIR_INSTRUMENTED)
        target_compile_options(${name} PRIVATE -O3)
        target_link_options(${name} PRIVATE -Wl,-z,defs)
    endif()
    if(WEIR_PLUGIN_INSTALL_DIRECTORY)
        install(TARGETS ${name}
            LIBRARY DESTINATION ${WEIR_PLUGIN_INSTALL_DIRECTORY} COMPONENT runtime)
    endif()
    if(TARGET weir_plugins)
        add_dependencies(weir_plugins ${name})
    endif()
endfunction()
