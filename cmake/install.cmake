# What `cmake --install` puts where: the program, the libraries for find_package(dubplate), the headers that users of
# the libraries include (and those that these include), licence and documentation. Nothing of it names where it lies: an
# installed tree may be moved.
include(CMakePackageConfigHelpers)

set(dubplate_package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/dubplate")
set(dubplate_libraries dubplate_base dubplate_kernels dubplate_session dubplate_engine)

# What users include. tests/install/install_test.py compiles each of the installed headers alone.
set(dubplate_headers
  engine/audio/source.h
  engine/render/render.h
  engine/render/versions.h
  engine/render/workshop.h
  kernels/processors/processor.h
  session-format/json/read.h
  session-format/json/schema.h
  session-format/json/validate.h
  session-format/json/write.h
)
# And what those include: the list grows while it is gone through.
set(dubplate_headers_left ${dubplate_headers})
while(dubplate_headers_left)
  list(POP_FRONT dubplate_headers_left header)
  set_property(DIRECTORY "${PROJECT_SOURCE_DIR}" APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/${header}")
  file(STRINGS "${PROJECT_SOURCE_DIR}/${header}" lines REGEX "^#include \"")
  foreach(line IN LISTS lines)
    string(REGEX REPLACE "^#include \"([^\"]+)\".*" "\\1" included "${line}")
    if(NOT included IN_LIST dubplate_headers)
      list(APPEND dubplate_headers "${included}")
      list(APPEND dubplate_headers_left "${included}")
    endif()
  endforeach()
endwhile()
foreach(header IN LISTS dubplate_headers)
  get_filename_component(folder "${header}" DIRECTORY)
  install(FILES "${PROJECT_SOURCE_DIR}/${header}" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/dubplate/${folder}")
endforeach()

# In find_package's world they are dubplate::engine, as they are within this project.
foreach(library IN LISTS dubplate_libraries)
  string(REPLACE "dubplate_" "" name "${library}")
  set_target_properties(${library} PROPERTIES EXPORT_NAME ${name})
endforeach()
install(TARGETS ${dubplate_libraries} EXPORT dubplate-targets ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}")
install(EXPORT dubplate-targets NAMESPACE dubplate:: FILE dubplateTargets.cmake DESTINATION "${dubplate_package_dir}")
configure_package_config_file("${PROJECT_SOURCE_DIR}/cmake/dubplateConfig.cmake.in"
  "${PROJECT_BINARY_DIR}/dubplateConfig.cmake" INSTALL_DESTINATION "${dubplate_package_dir}")
write_basic_package_version_file("${PROJECT_BINARY_DIR}/dubplateConfigVersion.cmake" COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/dubplateConfig.cmake" "${PROJECT_BINARY_DIR}/dubplateConfigVersion.cmake"
  DESTINATION "${dubplate_package_dir}")

if(DUBPLATE_BUILD_PROGRAM)
  install(TARGETS dubplate RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
endif()
# As they lie in the sources, so that their links hold.
install(FILES LICENSE NOTICE README.md CHANGELOG.md ARCHITECTURE.md CONTRIBUTING.md DESTINATION "${CMAKE_INSTALL_DOCDIR}")
install(FILES bench/RESULTS.md DESTINATION "${CMAKE_INSTALL_DOCDIR}/bench")
install(DIRECTORY bench/results DESTINATION "${CMAKE_INSTALL_DOCDIR}/bench")
install(FILES tests/fuzz/README.md DESTINATION "${CMAKE_INSTALL_DOCDIR}/tests/fuzz")
install(FILES tests/peers/README.md DESTINATION "${CMAKE_INSTALL_DOCDIR}/tests/peers")
install(DIRECTORY docs examples DESTINATION "${CMAKE_INSTALL_DOCDIR}")
