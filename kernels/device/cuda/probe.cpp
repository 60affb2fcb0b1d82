#include "kernels/device/cuda/probe.h"

#include <cuda_runtime_api.h>

#include <cstdlib>
#include <fstream>
#include <string>

#include "kernels/device/cuda/kernels.h"

namespace dubplate::device {
namespace {

/// The first driver of the CUDA that this module was built with; one of its major version is enough.
constexpr int kNeededDriver = CUDART_VERSION / 1000 == 13 ? 580 : 525;
static_assert(CUDART_VERSION / 1000 == 12 || CUDART_VERSION / 1000 == 13, "which driver does this CUDA need?");

std::string version_text(int version) {
    return std::to_string(version / 1000) + "." + std::to_string(version % 1000 / 10);
}

/// "580.159.03", as the kernel's part of the driver says; empty where it says nothing.
std::string driver_version() {
    std::ifstream file("/proc/driver/nvidia/version");
    std::string word;
    while (file >> word)
        if (word.find_first_not_of("0123456789.") == std::string::npos && word.find('.') != std::string::npos)
            return word;
    return {};
}

/// As much as there is room for.
void tell(char* to, std::size_t size, const std::string& text) {
    if (size > 0) to[text.copy(to, size - 1)] = '\0';
}

std::string why_no_driver() {
    const std::string needed =
        "this module needs " + std::to_string(kNeededDriver) + " or later (CUDA " + version_text(CUDART_VERSION) + ")";
    int version = 0;
    if (cudaDriverGetVersion(&version) != cudaSuccess || version == 0)
        return "no NVIDIA driver is installed; " + needed;
    const std::string driver = driver_version();
    return "the NVIDIA driver" + (driver.empty() ? "" : " " + driver) + " is too old (CUDA " + version_text(version) +
           "); " + needed;
}

}  // namespace

std::int32_t count_devices(char* why, std::size_t why_size) {
    int count = 0;
    const cudaError_t error = cudaGetDeviceCount(&count);
    if (error == cudaSuccess && count > 0) return count;
    cudaGetLastError();
    if (error == cudaErrorInsufficientDriver) {
        tell(why, why_size, why_no_driver());
    } else if (error == cudaSuccess || error == cudaErrorNoDevice) {
        const char* visible = std::getenv("CUDA_VISIBLE_DEVICES");
        tell(why, why_size,
             visible == nullptr
                 ? "there is no CUDA device"
                 : std::string("there is no CUDA device among those that CUDA_VISIBLE_DEVICES names ('") + visible +
                       "')");
    } else {
        tell(why, why_size, std::string("the NVIDIA driver fails: ") + cudaGetErrorString(error));
    }
    return 0;
}

Status describe_device(std::int32_t index, DeviceFacts* facts, char* why, std::size_t why_size) {
    const auto refuse = [&](const std::string& text) {
        cudaGetLastError();
        tell(why, why_size, text);
        return Status::unavailable;
    };
    cudaDeviceProp properties{};
    if (const cudaError_t error = cudaGetDeviceProperties(&properties, index); error != cudaSuccess)
        return refuse(cudaGetErrorString(error));
    const std::string capability = std::to_string(properties.major) + "." + std::to_string(properties.minor);
    const std::string driver = driver_version();
    tell(facts->name, sizeof facts->name, properties.name);
    tell(facts->detail, sizeof facts->detail,
         "compute capability " + capability + (driver.empty() ? "" : ", driver " + driver));
    facts->memory_bytes = properties.totalGlobalMem;

    // A container may show a device that it may not use: only trying tells.
    void* memory = nullptr;
    cudaError_t error = cudaSetDevice(index);
    if (error == cudaSuccess) error = cudaMalloc(&memory, 1 << 20);
    if (error != cudaSuccess) return refuse(cudaGetErrorString(error));
    cudaFree(memory);
    error = look_for_code();
    if (error == cudaErrorNoKernelImageForDevice)
        return refuse("its compute capability is " + capability + ", and this module holds code for " +
                      DUBPLATE_CUDA_ARCHITECTURES);
    if (error != cudaSuccess) return refuse(cudaGetErrorString(error));
    return Status::ok;
}

}  // namespace dubplate::device
