#include "cli/doctor/machine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "tests/support/temporary_folder.h"

namespace dubplate::cli {
namespace {

using State = Finding::State;
using testing::HasSubstr;

constexpr std::uint64_t kMiB = std::uint64_t{1} << 20;

void write(const std::string& path, const std::string& text) {
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    std::ofstream(path) << text << "\n";
}

TEST(GroupLimits, AreTheNarrowestOnTheWayUp) {
    const test::TemporaryFolder root;
    write(root / "a/b/cpu.max", "max 100000");
    write(root / "a/b/memory.max", "max");
    write(root / "a/cpu.max", "150000 100000");
    write(root / "a/memory.max", "1000000");
    write(root / "a/memory.current", "400000");
    write(root / "cpu.max", "400000 100000");
    const GroupLimits limits = group_limits(root.path(), "/a/b");
    EXPECT_EQ(limits.processors, 1.5);
    EXPECT_EQ(limits.bytes, 600000u);
}

TEST(GroupLimits, ThatAreNotThereOrMakeNoSenseAreNone) {
    const test::TemporaryFolder root;
    write(root / "a/cpu.max", "100000");
    write(root / "a/memory.max", "much");
    write(root / "cpu.max", "100000 0");
    for (const char* const group : {"/", "", "/a", "/missing/group", "no slash"}) {
        const GroupLimits limits = group_limits(root.path(), group);
        EXPECT_FALSE(limits.processors) << group;
        EXPECT_FALSE(limits.bytes) << group;
    }
}

TEST(GroupLimits, ThatAreUsedUpLeaveNothing) {
    const test::TemporaryFolder root;
    write(root / "memory.max", "100");
    write(root / "memory.current", "200");
    EXPECT_EQ(group_limits(root.path(), "/").bytes, 0u);
}

TEST(Judgements, OfThreads) {
    EXPECT_EQ(judge_threads(8, 8, {}).state, State::ok);
    EXPECT_EQ(judge_threads(2, 8, {}).state, State::note);
    const Finding group = judge_threads(8, 8, 1.5);
    EXPECT_EQ(group.state, State::note);
    EXPECT_THAT(group.advice, HasSubstr("--threads 2"));
    EXPECT_THAT(judge_threads(8, 8, 0.1).advice, HasSubstr("--threads 1"));
    EXPECT_EQ(judge_threads(2, 2, 4.0).state, State::ok);
}

TEST(Judgements, OfMemoryAndLimits) {
    EXPECT_EQ(judge_memory(4096 * kMiB).state, State::ok);
    EXPECT_EQ(judge_memory(100 * kMiB).state, State::note);
    EXPECT_EQ(judge_open_files({}).state, State::ok);
    EXPECT_EQ(judge_open_files(1024).state, State::ok);
    EXPECT_EQ(judge_open_files(64).state, State::note);
    EXPECT_EQ(judge_open_files(8).state, State::problem);
    EXPECT_EQ(judge_file_size({}).state, State::ok);
    EXPECT_EQ(judge_file_size(8192 * kMiB).state, State::ok);
    EXPECT_EQ(judge_file_size(100 * kMiB).state, State::note);
    EXPECT_EQ(judge_file_size(kMiB).state, State::problem);
}

TEST(Judgements, ThatAreNotFineSayWhatToDo) {
    for (const Finding& finding :
         {judge_memory(kMiB), judge_open_files(64), judge_open_files(8), judge_file_size(kMiB)})
        EXPECT_FALSE(finding.advice.empty()) << finding.text;
}

TEST(Sizes, AreReadable) {
    EXPECT_EQ(size_text(0), "0 KiB");
    EXPECT_EQ(size_text(8192), "8 KiB");
    EXPECT_EQ(size_text(12 * kMiB), "12 MiB");
    EXPECT_EQ(size_text(1536 * kMiB), "1.5 GiB");
}

}  // namespace
}  // namespace dubplate::cli
