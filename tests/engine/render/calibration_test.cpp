#include "engine/render/calibration.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "tests/support/render_session.h"

namespace dubplate::render {
namespace {

using testing::HasSubstr;

std::vector<Calibration> two() {
    Calibration one{"cuda:0 NVIDIA X, compute capability 9.0, driver 1", "2026-11-22T01:02:03Z", {}};
    one.rates = {0.3,
                 2e-10,
                 3e-6,
                 2e-5,
                 4e11,
                 150'000'000'000,
                 {{65536, 4e9, 5e9, 3e9}, {1 << 26, 5e10, 5e10, 4e10}},
                 {{1 << 17, 1e10}, {1 << 23, 1e11}}};
    Calibration other = one;
    other.device = "hosttwin";
    other.rates.launch_seconds = 1.0 / 3.0;
    return {one, other};
}

class CalibrationFile : public testing::Test {
protected:
    void SetUp() override {
        for (const char* name : {"DUBPLATE_CALIBRATION", "XDG_CACHE_HOME", "HOME"}) unsetenv(name);
    }
    std::string written(const std::vector<Calibration>& calibrations = two()) {
        EXPECT_TRUE(write_calibrations(path_, calibrations));
        std::ifstream file(path_);
        std::stringstream text;
        text << file.rdbuf();
        return text.str();
    }
    ErrorCode code_of(const std::string& text) {
        std::ofstream(path_) << text;
        const auto read = read_calibrations(path_);
        if (read) ADD_FAILURE() << "was read: " << text.substr(0, 200);
        return read ? ErrorCode::io : read.error().code;
    }

    test::TempFolder folder_;
    const std::string path_ = folder_.file("calibration.json");
};

TEST_F(CalibrationFile, LiesInTheUsersCacheUnlessTheEnvironmentNamesAnother) {
    EXPECT_EQ(calibration_file(), "");
    setenv("HOME", "/home/one", 1);
    EXPECT_EQ(calibration_file(), "/home/one/.cache/dubplate/calibration.json");
    setenv("XDG_CACHE_HOME", "cache", 1);  // not absolute: does not count
    EXPECT_EQ(calibration_file(), "/home/one/.cache/dubplate/calibration.json");
    setenv("XDG_CACHE_HOME", "/cache", 1);
    EXPECT_EQ(calibration_file(), "/cache/dubplate/calibration.json");
    setenv("DUBPLATE_CALIBRATION", "some.json", 1);
    EXPECT_EQ(calibration_file(), "some.json");
    setenv("DUBPLATE_CALIBRATION", "", 1);
    EXPECT_EQ(calibration_file(), "");
}

TEST_F(CalibrationFile, IsReadAsItWasWritten) {
    written();
    const auto read = read_calibrations(path_);
    ASSERT_TRUE(read) << read.error().message;
    ASSERT_EQ(read->size(), 2u);
    const Calibration* const other = find_calibration(*read, "hosttwin");
    ASSERT_NE(other, nullptr);
    const regions::DeviceRates &rates = other->rates, expected = two()[1].rates;
    EXPECT_EQ(other->made, "2026-11-22T01:02:03Z");
    EXPECT_EQ(rates.open_seconds, expected.open_seconds);
    EXPECT_EQ(rates.pinned_seconds, expected.pinned_seconds);
    EXPECT_EQ(rates.launch_seconds, expected.launch_seconds);
    EXPECT_EQ(rates.turn_seconds, expected.turn_seconds);
    EXPECT_EQ(rates.multiply_rate, expected.multiply_rate);
    EXPECT_EQ(rates.memory_left, expected.memory_left);
    ASSERT_EQ(rates.copies.size(), 2u);
    EXPECT_EQ(rates.copies[1].bytes, expected.copies[1].bytes);
    EXPECT_EQ(rates.copies[1].up, expected.copies[1].up);
    EXPECT_EQ(rates.copies[1].down, expected.copies[1].down);
    EXPECT_EQ(rates.copies[1].both, expected.copies[1].both);
    ASSERT_EQ(rates.transforms.size(), 2u);
    EXPECT_EQ(rates.transforms[0].numbers, expected.transforms[0].numbers);
    EXPECT_EQ(rates.transforms[0].rate, expected.transforms[0].rate);
}

TEST_F(CalibrationFile, CountsForTheDeviceOfThatNameAlone) {
    EXPECT_EQ(find_calibration(two(), "cuda:0 NVIDIA X, compute capability 9.0, driver 2"), nullptr);
    EXPECT_EQ(find_calibration(two(), "cuda:0"), nullptr);
    EXPECT_EQ(find_calibration({}, "hosttwin"), nullptr);
}

TEST_F(CalibrationFile, OfAnotherVersionIsNotRead) {
    std::string text = written();
    const std::size_t at = text.find("\"version\": \"");
    ASSERT_NE(at, std::string::npos);
    text.insert(at + 12, "9");
    EXPECT_EQ(code_of(text), ErrorCode::unsupported);
    EXPECT_THAT(read_calibrations(path_).error().message, HasSubstr("is of Dubplate 9"));
}

TEST_F(CalibrationFile, ThatIsNoneIsNotRead) {
    EXPECT_EQ(read_calibrations(path_).error().code, ErrorCode::not_found);
    const std::string text = written();
    ASSERT_TRUE(read_calibrations(path_));
    for (const std::string& wrong :
         {std::string(), std::string("{"), std::string("[]"), std::string("null"), std::string(100'000, '['),
          std::string(2 << 20, ' '), text + "}", text.substr(0, text.size() / 2), std::string("{\"schema\": 1}")})
        EXPECT_EQ(code_of(wrong), ErrorCode::corrupt_input) << wrong.substr(0, 40);
    EXPECT_EQ(read_calibrations(folder_.path()).error().code, ErrorCode::unsupported);
}

TEST_F(CalibrationFile, WithAFigureThatCannotBeIsNotRead) {
    const std::string text = written({two()[0]});
    for (const auto& [was, is] :
         std::vector<std::pair<std::string, std::string>>{{"\"turn_seconds\": 0.00002", "\"turn_seconds\": -1"},
                                                          {"\"turn_seconds\": 0.00002", "\"turn_seconds\": 0"},
                                                          {"\"turn_seconds\": 0.00002", "\"turn_seconds\": 1e300"},
                                                          {"\"turn_seconds\": 0.00002", "\"turn_seconds\": \"x\""},
                                                          {"\"turn_seconds\": 0.00002", "\"turn_second\": 1"},
                                                          {"\"bytes\": 65536", "\"bytes\": 1e18"},
                                                          {"\"bytes\": 65536", "\"bytes\": 90000000"},  // not in order
                                                          {"\"numbers\": 131072", "\"numbers\": 0.5"},
                                                          {"dubplate-calibration-1", "dubplate-calibration-2"}}) {
        std::string wrong = text;
        const std::size_t at = wrong.find(was);
        ASSERT_NE(at, std::string::npos) << was << " in " << text;
        wrong.replace(at, was.size(), is);
        EXPECT_EQ(code_of(wrong), ErrorCode::corrupt_input) << is;
    }
}

TEST_F(CalibrationFile, ReplacesTheOneBeforeAndMakesItsFolder) {
    const std::string path = folder_.file("a/b/calibration.json");
    ASSERT_TRUE(write_calibrations(path, two()));
    ASSERT_TRUE(write_calibrations(path, {two()[1]}));
    EXPECT_EQ(read_calibrations(path)->size(), 1u);
    std::ofstream(folder_.file("file")) << "x";
    const auto failed = write_calibrations(folder_.file("file/calibration.json"), two());
    ASSERT_FALSE(failed);
}

}  // namespace
}  // namespace dubplate::render
