#include "kernels/device/loader.h"

#include <dlfcn.h>

#include <cstdlib>
#include <filesystem>

namespace dubplate::device {
namespace {

/// ", " between them, " or " before the last.
std::string listed_folders(const std::vector<std::string>& files) {
    std::string text;
    for (std::size_t k = 0; k < files.size(); ++k) {
        if (k > 0) text += k + 1 == files.size() ? " or " : ", ";
        text += std::filesystem::path(files[k]).parent_path().string();
    }
    return text;
}

std::string last_dlerror() {
    const char* said = dlerror();
    return said != nullptr ? said : "it cannot be loaded";
}

Module load(const std::string& file) {
    Module module{nullptr, file, {}};
    // Local: what the module links must not become visible to, or be taken from, anything else.
    void* const handle = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (handle == nullptr) {
        // Of the file itself it names the path, of what the file needs only the name.
        const std::string said = last_dlerror();
        module.why_not = said.starts_with(file) ? said : file + ": " + said;
        return module;
    }
    const auto get = reinterpret_cast<GetBackend>(dlsym(handle, kGetBackendName));
    if (get == nullptr) {
        module.why_not = file + ": is no module of Dubplate: it has no " + kGetBackendName;
        return module;
    }
    const Backend* const backend = get();
    if (backend == nullptr || backend->abi != kBackendAbi || backend->size != sizeof(Backend)) {
        const std::string found =
            backend == nullptr ? "none"
                               : std::to_string(backend->abi) + " of " + std::to_string(backend->size) + " bytes";
        module.why_not = file + ": belongs to another version of Dubplate: its table is " + found + ", wanted is " +
                         std::to_string(kBackendAbi) + " of " + std::to_string(sizeof(Backend)) + " bytes";
        return module;
    }
    module.backend = backend;
    return module;
}

}  // namespace

std::vector<std::string> cuda_module_places() {
    if (const char* named = std::getenv(kCudaModuleVariable); named != nullptr && *named != '\0') return {named};
    std::error_code failed;
    const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", failed);
    if (failed) return {};
    const std::filesystem::path folder = program.parent_path();
    std::vector<std::string> files;
    for (const std::filesystem::path& place :
         {folder, folder.parent_path() / "lib", folder.parent_path() / "lib" / "dubplate"})
        files.push_back((place / kCudaModule).string());
    return files;
}

Module load_module(const std::vector<std::string>& files) {
    std::error_code unknown;
    for (const std::string& file : files)
        if (std::filesystem::exists(file, unknown)) return load(file);
    if (files.size() == 1) return {nullptr, files[0], files[0] + ": there is no such file"};
    return {nullptr, {}, std::string("there is no ") + kCudaModule + " in " + listed_folders(files)};
}

const Module& cuda_module() {
    static const Module module = load_module(cuda_module_places());
    return module;
}

}  // namespace dubplate::device
