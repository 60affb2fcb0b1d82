#include "engine/render/device.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "kernels/device/twin/twin.h"

namespace dubplate::render {
namespace {

using testing::HasSubstr;

/// Of the two devices of this module the first cannot be used. A process loads one module.
class ChooseDevice : public testing::Test {
protected:
    static void SetUpTestSuite() { setenv("DUBPLATE_CUDA_MODULE", DUBPLATE_TEST_MODULES "/libtwo_devices.so", 1); }

    static void expect_error(const Result<DeviceChoice>& choice, const std::string& message) {
        ASSERT_FALSE(choice);
        EXPECT_EQ(choice.error().code, ErrorCode::device);
        EXPECT_EQ(choice.error().message, message);
    }
};

TEST(DeviceNames, AreFew) {
    for (const char* name : {"auto", "cpu", "cuda", "cuda:0", "cuda:15", "hosttwin"})
        EXPECT_TRUE(check_device_name(name)) << name;
    for (const char* name : {"", "gpu", "cuda:", "cuda:x", "cuda:-1", "cuda:99999", "CPU", "cpu "}) {
        const auto answer = check_device_name(name);
        ASSERT_FALSE(answer) << name;
        EXPECT_EQ(answer.error().code, ErrorCode::bad_argument);
        EXPECT_THAT(answer.error().message, HasSubstr("there is no device '" + std::string(name) + "'"));
    }
    EXPECT_THAT(check_device_name("cdua").error().message, HasSubstr("did you mean 'cuda'?"));
}

TEST_F(ChooseDevice, TakesTheFirstThatCanBeUsed) {
    for (const char* name : {"auto", "cuda", "cuda:1"}) {
        const auto choice = choose_device(name);
        ASSERT_TRUE(choice) << name;
        ASSERT_NE(choice->backend, nullptr);
        EXPECT_STREQ(choice->backend->name, "cuda");
        EXPECT_EQ(choice->index, 1);
        EXPECT_EQ(choice->name, "cuda:1 Example 1, made up");
        EXPECT_EQ(choice->why_not, "");
    }
}

TEST_F(ChooseDevice, TakesTheCpuWhereItIsNamed) {
    const auto named = choose_device("cpu");
    ASSERT_TRUE(named);
    EXPECT_EQ(named->backend, nullptr);
    EXPECT_EQ(named->name, "cpu");
    EXPECT_EQ(named->why_not, "");
}

TEST_F(ChooseDevice, NeverTakesAnotherThanTheOneThatWasNamed) {
    expect_error(choose_device("cuda:0"), "the device 'cuda:0' cannot be used: it is of another make");
    expect_error(choose_device("cuda:2"), "the device 'cuda:2' cannot be used: there are 2 CUDA devices");
}

TEST_F(ChooseDevice, TakesTheTwinOnlyWhereItIsNamed) {
    const auto choice = choose_device("hosttwin");
    ASSERT_TRUE(choice);
    EXPECT_EQ(choice->backend, device::twin_backend());
    EXPECT_EQ(choice->name, "hosttwin");
}

}  // namespace
}  // namespace dubplate::render
