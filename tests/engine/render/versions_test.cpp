#include "engine/render/versions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/support/render_session.h"

namespace dubplate::test {
namespace {

namespace fs = std::filesystem;
using render::RenderJob;
using testing::HasSubstr;

class VersionsTogether : public testing::Test {
protected:
    VersionsTogether() {
        write_wav(folder_.file("a.wav"), {std::vector<float>(100, 0.5f)});
        for (session::Session* session : {&a_, &b_}) {
            *session = empty_session(folder_.path());
            add_track(*session, "Voice", "a.wav");
        }
        a_.file = folder_.file("a.dub.json");
        b_.file = folder_.file("b.dub.json");
        job_a_.output_folder = folder_.file("out/a");
        job_b_.output_folder = folder_.file("out/b");
    }
    std::vector<Error> errors() {
        return render::check_versions(std::vector<render::Version>{{&a_, &job_a_}, {&b_, &job_b_}});
    }

    TempFolder folder_;
    session::Session a_, b_;
    RenderJob job_a_, job_b_;
};

TEST_F(VersionsTogether, MayBeRenderedWhereTheirFilesHaveFoldersOfTheirOwn) { EXPECT_TRUE(errors().empty()); }

TEST_F(VersionsTogether, AreRefusedWhereTheyWouldWriteTheSameFile) {
    job_b_.output_folder = folder_.file("out/c/../a");
    const auto found = errors();
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found[0].code, ErrorCode::bad_argument);
    EXPECT_EQ(found[0].where, b_.file);
    EXPECT_THAT(found[0].message, HasSubstr(a_.file));
    EXPECT_THAT(found[0].message, HasSubstr("mix.wav"));
}

TEST_F(VersionsTogether, AreRefusedWhereALinkLeadsToTheSameFolder) {
    fs::create_directories(folder_.file("out/a"));
    fs::create_directory_symlink(folder_.file("out/a"), folder_.file("out/b"));
    EXPECT_EQ(errors().size(), 1u);
}

TEST_F(VersionsTogether, AreRefusedWhereAReceiptWouldLieWhereTheOthersDoes) {
    job_a_.receipt_path = job_b_.receipt_path = folder_.file("receipt.json");
    ASSERT_EQ(errors().size(), 1u);
    EXPECT_THAT(errors()[0].message, HasSubstr("receipt.json"));
}

TEST_F(VersionsTogether, AreRefusedWhereOneWouldWriteOverWhatTheOtherReads) {
    fs::create_directories(folder_.file("out/a"));
    write_wav(folder_.file("out/a/mix.wav"), {std::vector<float>(100, 0.5f)});
    strip(b_, "Voice").clips[0].file = "out/a/mix.wav";
    const auto found = errors();
    ASSERT_EQ(found.size(), 1u);
    EXPECT_THAT(found[0].where, testing::StartsWith(a_.file));
    EXPECT_THAT(found[0].message, HasSubstr("out/a/mix.wav"));
}

TEST_F(VersionsTogether, AreRefusedWhereFilesOfOneAreThereAndKept) {
    fs::create_directories(folder_.file("out/b"));
    write_wav(folder_.file("out/b/mix.wav"), {std::vector<float>(100, 0.5f)});
    EXPECT_TRUE(errors().empty());
    job_a_.keep_existing = job_b_.keep_existing = true;
    const auto found = errors();
    ASSERT_EQ(found.size(), 1u);
    EXPECT_THAT(found[0].where, testing::StartsWith(b_.file));
}

}  // namespace
}  // namespace dubplate::test
