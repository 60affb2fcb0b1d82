# The pages for man and the shells' completions, printed by the program that was just built, laid out as below a prefix:
# DUBPLATE_SHARE holds man/man1, bash-completion/completions, zsh/site-functions and fish/vendor_completions.d.
# The target `manual` makes them, in a release as a part of everything. Not where the program cannot run.
set(DUBPLATE_SHARE "${PROJECT_BINARY_DIR}/share")
if(CMAKE_CROSSCOMPILING)
  return()
endif()
set(completions
  bash-completion/completions/dubplate
  zsh/site-functions/_dubplate
  fish/vendor_completions.d/dubplate.fish)
set(man_stamp "${DUBPLATE_SHARE}/man/made")
add_custom_command(OUTPUT "${man_stamp}"
  COMMAND "${CMAKE_COMMAND}" -E rm -rf "${DUBPLATE_SHARE}/man"
  COMMAND dubplate manual -o "${DUBPLATE_SHARE}/man/man1"
  COMMAND "${CMAKE_COMMAND}" -E touch "${man_stamp}"
  DEPENDS dubplate COMMENT "Printing the manual" VERBATIM)
set(made "${man_stamp}")
foreach(completion IN LISTS completions)
  string(REGEX MATCH "^[a-z]+" shell "${completion}")
  set(file "${DUBPLATE_SHARE}/${completion}")
  get_filename_component(folder "${file}" DIRECTORY)
  add_custom_command(OUTPUT "${file}"
    COMMAND "${CMAKE_COMMAND}" -E make_directory "${folder}"
    COMMAND dubplate completion ${shell} -o "${file}"
    DEPENDS dubplate COMMENT "Printing the completion for ${shell}" VERBATIM)
  list(APPEND made "${file}")
endforeach()
if(CMAKE_BUILD_TYPE STREQUAL "Release")
  add_custom_target(manual ALL DEPENDS ${made})
else()
  add_custom_target(manual DEPENDS ${made})
endif()

if(NOT DUBPLATE_INSTALL)
  return()
endif()
# Where the target was not built, there is nothing to install.
include(GNUInstallDirs)
install(DIRECTORY "${DUBPLATE_SHARE}/man/man1" DESTINATION "${CMAKE_INSTALL_MANDIR}" OPTIONAL FILES_MATCHING PATTERN "*.1")
foreach(completion IN LISTS completions)
  get_filename_component(folder "${completion}" DIRECTORY)
  install(FILES "${DUBPLATE_SHARE}/${completion}" DESTINATION "${CMAKE_INSTALL_DATADIR}/${folder}" OPTIONAL)
endforeach()
