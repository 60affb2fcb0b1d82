# The module that drives CUDA devices (kernels/device/cuda), where it can be built. Nothing else of the project needs CUDA, and
# the program finds the module, or does without, when it runs.
#
# DUBPLATE_CUDA: AUTO builds it where CUDA 12 or later is found (nvcc in PATH, in CUDACXX or in /usr/local/cuda/bin), with
# no sanitizer; ON insists; OFF does not look.
set(standard OFF)
if(PROJECT_IS_TOP_LEVEL AND DUBPLATE_BUILD_PROGRAM AND NOT DUBPLATE_SANITIZE)
  set(standard AUTO)
endif()
set(DUBPLATE_CUDA ${standard} CACHE STRING "Build the CUDA module: AUTO (where there is a CUDA compiler), ON or OFF")
set_property(CACHE DUBPLATE_CUDA PROPERTY STRINGS AUTO ON OFF)

# Says why there will be no module; an error where one was asked for.
macro(dubplate_no_cuda why)
  if(DUBPLATE_CUDA STREQUAL "AUTO")
    message(STATUS "CUDA module: none, ${why}")
  else()
    message(FATAL_ERROR "DUBPLATE_CUDA is ${DUBPLATE_CUDA}, but ${why}")
  endif()
  return()
endmacro()

if(NOT DUBPLATE_CUDA STREQUAL "AUTO" AND NOT DUBPLATE_CUDA)
  return()
endif()
if(NOT CMAKE_CUDA_COMPILER AND NOT DEFINED ENV{CUDACXX})
  find_program(DUBPLATE_NVCC nvcc PATHS /usr/local/cuda/bin DOC "CUDA's compiler")
  mark_as_advanced(DUBPLATE_NVCC)
  if(NOT DUBPLATE_NVCC)
    dubplate_no_cuda("there is no nvcc in PATH or /usr/local/cuda/bin")
  endif()
  set(ENV{CUDACXX} "${DUBPLATE_NVCC}")
endif()
if(NOT CMAKE_CUDA_HOST_COMPILER)
  set(CMAKE_CUDA_HOST_COMPILER "${CMAKE_CXX_COMPILER}")
endif()
# Machine code for the H100 and H200, which are what is measured; for all others of capability 7.5 (the least that CUDA 13
# knows) and above, code that the driver translates when it is first used. More machine code makes the build and the module
# larger by as much again; -DCMAKE_CUDA_ARCHITECTURES=86-real and the like say what one's own device is.
set(CMAKE_CUDA_ARCHITECTURES "75-virtual;90-real" CACHE STRING "What the CUDA module holds code for")
include(CheckLanguage)
check_language(CUDA)
if(NOT CMAKE_CUDA_COMPILER)
  dubplate_no_cuda("CUDA's compiler $ENV{CUDACXX} does not work (see CMakeFiles/CMakeError.log)")
endif()
enable_language(CUDA)
if(CMAKE_CUDA_COMPILER_VERSION VERSION_LESS 12)
  dubplate_no_cuda("${CMAKE_CUDA_COMPILER} is of version ${CMAKE_CUDA_COMPILER_VERSION}, which knows no C++20: 12 or later does")
endif()
# CMake 3.25 does not know how nvcc is asked for it.
if(NOT DEFINED CMAKE_CUDA20_STANDARD_COMPILE_OPTION)
  set(CMAKE_CUDA20_STANDARD_COMPILE_OPTION "-std=c++20")
  set(CMAKE_CUDA20_EXTENSION_COMPILE_OPTION "-std=c++20")
endif()
find_package(CUDAToolkit)
if(NOT TARGET CUDA::cufft OR NOT TARGET CUDA::cudart_static)
  dubplate_no_cuda("cuFFT or the static runtime is missing beside ${CMAKE_CUDA_COMPILER}")
endif()
message(STATUS "CUDA module: by ${CMAKE_CUDA_COMPILER} ${CMAKE_CUDA_COMPILER_VERSION}, for ${CMAKE_CUDA_ARCHITECTURES}")
add_subdirectory("${PROJECT_SOURCE_DIR}/kernels/device/cuda" "${PROJECT_BINARY_DIR}/kernels/device/cuda")
