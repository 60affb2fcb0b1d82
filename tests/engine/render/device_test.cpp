#include "engine/render/device.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace dubplate::render {
namespace {

using testing::HasSubstr;

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

TEST(ChooseDevice, TakesTheCpuWhereItIsNamedOrNothingElseCanBeUsed) {
    const auto named = choose_device("cpu"), automatic = choose_device("auto");
    ASSERT_TRUE(named && automatic);
    EXPECT_EQ(named->backend, nullptr);
    EXPECT_EQ(named->name, "cpu");
    EXPECT_EQ(named->why_not, "");
    EXPECT_EQ(automatic->name, "cpu");
    EXPECT_NE(automatic->why_not, "");
}

TEST(ChooseDevice, NeverTakesAnotherThanTheOneThatWasNamed) {
    for (const char* name : {"cuda", "cuda:0", "cuda:9999", "hosttwin"}) {
        const auto choice = choose_device(name);
        ASSERT_FALSE(choice) << name;
        EXPECT_EQ(choice.error().code, ErrorCode::device);
        EXPECT_THAT(choice.error().message, HasSubstr("the device '" + std::string(name) + "' cannot be used: "));
    }
}

}  // namespace
}  // namespace dubplate::render
