#include "cli/progress.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <limits>

namespace dubplate::cli {
namespace {

render::Progress at(FrameCount done, FrameCount total) {
    render::Progress progress;
    progress.frames_done = done;
    progress.frames_total = total;
    progress.times_real_time = 20.0;
    return progress;
}

TEST(Progress, WritesALineEveryTenPercentWhereThereIsNoTerminal) {
    testing::internal::CaptureStderr();
    {
        ProgressDisplay display(ProgressStyle::lines, 48000);
        for (FrameCount done = 0; done <= 1000; ++done) EXPECT_TRUE(display.show(at(done * 4800, 4800000)));
    }
    const std::string text = testing::internal::GetCapturedStderr();
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 10);
    EXPECT_THAT(text, testing::HasSubstr(" 50 %  0:50 of 1:40  20.0 x real time"));
    EXPECT_THAT(text, testing::Not(testing::HasSubstr("\x1b")));
}

TEST(Progress, WritesNothingWhenQuiet) {
    testing::internal::CaptureStderr();
    {
        ProgressDisplay display(progress_style(true), 48000);
        EXPECT_TRUE(display.show(at(100, 100)));
    }
    EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

TEST(Progress, RewritesOneLineOnATerminalAndTakesItAwayAtTheEnd) {
    testing::internal::CaptureStderr();
    {
        ProgressDisplay display(ProgressStyle::terminal, 48000);
        display.show(at(1, 100));
        display.show(at(2, 100));
    }
    const std::string text = testing::internal::GetCapturedStderr();
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 0);
    EXPECT_THAT(text, testing::EndsWith("\r\x1b[K"));
}

TEST(Progress, SaysThatFilesAreReadBeforeThereIsALength) {
    testing::internal::CaptureStderr();
    {
        ProgressDisplay display(ProgressStyle::terminal, 48000);
        display.show(at(0, 0));
    }
    EXPECT_THAT(testing::internal::GetCapturedStderr(), testing::HasSubstr("reading files"));
}

TEST(Progress, SurvivesATotalOfNothingAndOneThatShrinks) {
    testing::internal::CaptureStderr();
    {
        ProgressDisplay display(ProgressStyle::lines, 48000);
        EXPECT_TRUE(display.show(at(0, 0)));
        EXPECT_TRUE(display.show(at(500, 1000)));
        EXPECT_TRUE(display.show(at(600, 550)));
    }
    EXPECT_THAT(testing::internal::GetCapturedStderr(), testing::HasSubstr("100 %"));
}

TEST(Progress, TheFirstInterruptAsksTheRenderToStop) {
    ProgressDisplay display(ProgressStyle::none, 48000);
    EXPECT_TRUE(display.show(at(1, 10)));
    std::raise(SIGINT);
    EXPECT_FALSE(display.show(at(2, 10)));
}

TEST(Progress, PrintsTimesAsClocksDo) {
    EXPECT_EQ(clock_time(0.0), "0:00");
    EXPECT_EQ(clock_time(65.9), "1:05");
    EXPECT_EQ(clock_time(3765.0), "1:02:45");
    EXPECT_EQ(clock_time(std::numeric_limits<double>::infinity()), "?");
    EXPECT_EQ(clock_time(-1.0), "?");
}

}  // namespace
}  // namespace dubplate::cli
