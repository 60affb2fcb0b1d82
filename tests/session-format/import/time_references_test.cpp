#include "session-format/import/time_references.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace dubplate::session {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

SoundFile file(const char* path, int rate, std::optional<std::uint64_t> time_reference, std::int64_t seconds = 60) {
    return {.path = path,
            .name = path,
            .sample_rate = rate,
            .channels = 1,
            .frames = rate * seconds,
            .time_reference = time_reference};
}

constexpr std::uint64_t kTenOClock = 36000;

TEST(TimeReferences, PlaceFilesFromTheEarliestOn) {
    const std::vector<SoundFile> files{file("b", 48000, kTenOClock * 48000 + 12345),
                                       file("a", 48000, kTenOClock * 48000)};
    Diagnostics warnings;
    const auto placed = place_by_time_reference(files, 48000, {}, warnings);
    ASSERT_TRUE(placed) << placed.error().message;
    EXPECT_THAT(placed->starts, ElementsAre(12345, 0));
    EXPECT_EQ(placed->day_seconds, 36000.0);
    EXPECT_TRUE(warnings.empty());
}

TEST(TimeReferences, CountAtEachFilesOwnRate) {
    const std::vector<SoundFile> files{file("a", 96000, kTenOClock * 96000),
                                       file("b", 44100, kTenOClock * 44100 + 441)};
    Diagnostics warnings;
    EXPECT_THAT(place_by_time_reference(files, 48000, {}, warnings)->starts, ElementsAre(0, 480));
}

TEST(TimeReferences, CountFromATimeOfDay) {
    const std::vector<SoundFile> files{file("a", 48000, kTenOClock * 48000 + 24000)};
    Diagnostics warnings;
    EXPECT_THAT(place_by_time_reference(files, 48000, 36000.0, warnings)->starts, ElementsAre(24000));
    const auto late = place_by_time_reference(files, 48000, 36001.0, warnings);
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().where, "a");
    EXPECT_THAT(late.error().message, HasSubstr("10:00:00.500"));
}

TEST(TimeReferences, ThatAreMissingOrAbsurdAreToldAndStartWithTheSession) {
    const std::vector<SoundFile> files{file("a", 48000, kTenOClock * 48000), file("b", 48000, {}),
                                       file("c", 48000, ~std::uint64_t{0})};
    Diagnostics warnings;
    EXPECT_THAT(place_by_time_reference(files, 48000, {}, warnings)->starts, ElementsAre(0, 0, 0));
    ASSERT_EQ(warnings.size(), 2u);
    EXPECT_EQ(warnings[0].where, "b");
    EXPECT_EQ(warnings[1].where, "c");
}

TEST(TimeReferences, OfNoFileLeaveAllAtTheStart) {
    const std::vector<SoundFile> files{file("a", 48000, {})};
    Diagnostics warnings;
    const auto placed = place_by_time_reference(files, 48000, {}, warnings);
    EXPECT_FALSE(placed->any);
    EXPECT_THAT(placed->starts, ElementsAre(0));
}

TEST(TimeReferences, AHoleOfHoursIsTold) {
    const std::vector<SoundFile> files{file("later", 48000, kTenOClock * 48000), file("unset", 48000, 0)};
    Diagnostics warnings;
    ASSERT_TRUE(place_by_time_reference(files, 48000, {}, warnings));
    ASSERT_EQ(warnings.size(), 1u);
    EXPECT_EQ(warnings[0].where, "later");
    EXPECT_THAT(warnings[0].message, HasSubstr("9:59:00"));
}

TEST(TimesOfDay, AreReadAndWritten) {
    for (const char* const text : {"0:00:00", "10:00:00", "9:59:58.500"})
        EXPECT_EQ(time_of_day(*parse_time_of_day(text)), text);
    EXPECT_EQ(*parse_time_of_day("01:02:03.25"), 3723.25);
    for (const char* const wrong : {"", "10", "10:00", "10:00:00:00", "10:60:00", "10:00:60", "-1:00:00", "1e1:00:00",
                                    "1.5:00:00", "10:00:00 ", "nan:00:00", "100:00:00", ":00:00", "1:00:"})
        EXPECT_FALSE(parse_time_of_day(wrong)) << wrong;
}

}  // namespace
}  // namespace dubplate::session
