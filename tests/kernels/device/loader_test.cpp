#include "kernels/device/loader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "kernels/device/devices.h"

namespace dubplate::device {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

std::string test_module(const std::string& name) { return std::string(DUBPLATE_TEST_MODULES) + "/lib" + name + ".so"; }

/// Sets the environment variable that names the module, and puts back what was there.
class Named {
public:
    explicit Named(const char* file) {
        if (const char* before = std::getenv(kCudaModuleVariable)) before_ = before;
        setenv(kCudaModuleVariable, file, 1);
    }
    ~Named() { setenv(kCudaModuleVariable, before_.c_str(), 1); }

private:
    std::string before_;
};

TEST(Loader, LooksInTheFolderOfTheProgramAndInTheLibrariesBesideIt) {
    const Named nothing("");
    const auto files = cuda_module_places();
    const auto program = std::filesystem::read_symlink("/proc/self/exe");
    const auto above = program.parent_path().parent_path().string();
    ASSERT_EQ(files.size(), 3u);
    EXPECT_EQ(files[0], program.parent_path().string() + "/libdubplate_cuda.so");
    EXPECT_EQ(files[1], above + "/lib/libdubplate_cuda.so");
    EXPECT_EQ(files[2], above + "/lib/dubplate/libdubplate_cuda.so");
}

TEST(Loader, LooksOnlyWhereTheEnvironmentSays) {
    const Named file("/somewhere/else.so");
    EXPECT_EQ(cuda_module_places(), std::vector<std::string>{"/somewhere/else.so"});
}

TEST(Loader, NamesThePlacesWhereNoneWas) {
    const Module module = load_module({"/a/libdubplate_cuda.so", "/b/libdubplate_cuda.so", "/c/libdubplate_cuda.so"});
    EXPECT_EQ(module.backend, nullptr);
    EXPECT_EQ(module.file, "");
    EXPECT_EQ(module.why_not, "there is no libdubplate_cuda.so in /a, /b or /c");
    EXPECT_EQ(load_module({"/a/named.so"}).why_not, "/a/named.so: there is no such file");
}

TEST(Loader, TakesTheFirstThatIsThere) {
    const Module module = load_module({"/a/libdubplate_cuda.so", test_module("two_devices"), test_module("no_symbol")});
    ASSERT_NE(module.backend, nullptr) << module.why_not;
    EXPECT_EQ(module.file, test_module("two_devices"));
    EXPECT_EQ(module.backend->abi, kBackendAbi);
}

TEST(Loader, NamesTheLibraryThatAModuleLacks) {
    const Module module = load_module({test_module("needs_library")});
    EXPECT_EQ(module.backend, nullptr);
    EXPECT_THAT(module.why_not, StartsWith(test_module("needs_library") + ": "));
    EXPECT_THAT(module.why_not, HasSubstr("libdubplate_needed.so: cannot open shared object file"));
}

TEST(Loader, TellsWhichVersionItFoundAndWhichItWants) {
    const Module module = load_module({test_module("other_version")});
    EXPECT_EQ(module.backend, nullptr);
    const std::string size = " of " + std::to_string(sizeof(Backend)) + " bytes";
    EXPECT_THAT(module.why_not,
                EndsWith("belongs to another version of Dubplate: its table is " + std::to_string(kBackendAbi + 1) +
                         size + ", wanted is " + std::to_string(kBackendAbi) + size));
}

TEST(Loader, RefusesWhatIsNoModule) {
    EXPECT_THAT(load_module({test_module("no_symbol")}).why_not, HasSubstr("it has no dubplate_backend"));
    const std::string text = std::string(DUBPLATE_SOURCE_DIR) + "/LICENSE";
    const Module module = load_module({text});
    EXPECT_EQ(module.backend, nullptr);
    EXPECT_THAT(module.why_not, StartsWith(text + ": "));
}

TEST(Devices, AreListedWithWhyOneCannotBeUsed) {
    const Module module = load_module({test_module("two_devices")});
    ASSERT_NE(module.backend, nullptr) << module.why_not;
    const DeviceList list = devices_of(*module.backend);
    ASSERT_EQ(list.devices.size(), 2u);
    EXPECT_EQ(list.devices[0].name, "cuda:0");
    EXPECT_EQ(list.devices[0].why_not, "it is of another make");
    EXPECT_EQ(list.devices[1].description, "Example 1, made up");
    EXPECT_EQ(list.devices[1].memory_bytes, std::uint64_t{3} << 30);
    EXPECT_EQ(list.first_usable(), &list.devices[1]);
    EXPECT_EQ(list.why_none_usable(), "cuda:0: it is of another make");
}

TEST(Devices, ThatAreNotThereHaveAReason) {
    const Module module = load_module({test_module("no_devices")});
    ASSERT_NE(module.backend, nullptr) << module.why_not;
    const DeviceList list = devices_of(*module.backend);
    EXPECT_TRUE(list.devices.empty());
    EXPECT_EQ(list.first_usable(), nullptr);
    EXPECT_EQ(list.why_none_usable(), "no driver is installed; this module needs 580 or later");
}

}  // namespace
}  // namespace dubplate::device
