#include "cli/time_range.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace dubplate::cli {
namespace {

using session::Quantity;
using session::Unit;
using testing::HasSubstr;

session::Session session_with_names() {
    session::Session session;
    session.markers = {{"Verse", session::seconds(10), {}}, {"Part: two", session::seconds(20), {}}};
    session.ranges = {{"Chorus 1", session::seconds(30), session::seconds(40), {}}};
    return session;
}

void expect_range(std::string_view text, std::optional<Quantity> from, std::optional<Quantity> to) {
    const auto range = parse_time_range(text, session_with_names());
    ASSERT_TRUE(range) << text << ": " << range.error().message;
    EXPECT_EQ(range->from, from) << text;
    EXPECT_EQ(range->to, to) << text;
}

void expect_error(std::string_view text, const std::string& part) {
    const auto range = parse_time_range(text, session_with_names());
    ASSERT_FALSE(range) << text;
    EXPECT_EQ(range.error().code, ErrorCode::bad_argument);
    EXPECT_THAT(range.error().message, HasSubstr(part));
}

TEST(TimeRange, TakesTimesInAnyUnit) {
    expect_range("12.5 s:13 s", session::seconds(12.5), session::seconds(13));
    expect_range("48000:96000", session::frames(48000), session::frames(96000));
    expect_range("2|3|120 : 5|1|0", Quantity{Unit::bar_beat, 0, 2, 3, 120}, Quantity{Unit::bar_beat, 0, 5, 1, 0});
}

TEST(TimeRange, LeavesAMissingEndToTheSession) {
    expect_range("1 s:", session::seconds(1), std::nullopt);
    expect_range(":1 s", std::nullopt, session::seconds(1));
    expect_range(":", std::nullopt, std::nullopt);
}

TEST(TimeRange, TakesRangesAndMarkersByNameEvenWithAColonInIt) {
    expect_range("Chorus 1", session::seconds(30), session::seconds(40));
    expect_range("Verse:15 s", session::seconds(10), session::seconds(15));
    expect_range("Verse:Part: two", session::seconds(10), session::seconds(20));
    expect_range("Part: two:25 s", session::seconds(20), session::seconds(25));
}

TEST(TimeRange, SaysWhatItCouldNotUnderstandAndWhatIsNear) {
    expect_error("Chorus1", "the session has no range 'Chorus1', did you mean 'Chorus 1'?");
    expect_error("Vers:15 s", "'Vers' is neither a time");
    expect_error("Vers:15 s", "did you mean 'Verse'?");
    expect_error("Verse", "'Verse' is a marker: say 'Verse:' to begin there");
    expect_error("0:3 dB", "'3 dB' is neither a time");
    expect_error("", "no range ''");
}

}  // namespace
}  // namespace dubplate::cli
