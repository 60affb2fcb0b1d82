#include "engine/render/inputs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "tests/support/render_session.h"

namespace dubplate::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

/// Two tracks of one file each, opened as a render opens them.
class OpenedInputs : public testing::Test {
protected:
    OpenedInputs() : session_(empty_session(folder_.path())) {
        for (const char* name : {"a.wav", "b.wav"}) {
            write_wav(folder_.file(name), {std::vector<float>(1000, 0.25f)});
            add_track(session_, name, name);
        }
        const auto executor = graph::make_thread_executor(1);
        auto inputs = render::load_inputs(session_, "", *executor, {});
        EXPECT_TRUE(inputs.has_value());
        inputs_ = std::move(*inputs);
    }

    TempFolder folder_;
    session::Session session_;
    render::Inputs inputs_;
};

TEST_F(OpenedInputs, AreUnchangedWhileNobodyTouchesThem) {
    EXPECT_TRUE(inputs_.files[0]->check_unchanged().has_value());
    EXPECT_TRUE(inputs_.files[1]->check_unchanged().has_value());
}

TEST_F(OpenedInputs, AreToldWhenCutShort) {
    fs::resize_file(folder_.file("b.wav"), 500);
    EXPECT_TRUE(inputs_.files[0]->check_unchanged().has_value());
    const auto changed = inputs_.files[1]->check_unchanged();
    ASSERT_FALSE(changed.has_value());
    EXPECT_EQ(changed.error().code, ErrorCode::io);
    EXPECT_EQ(changed.error().where, folder_.file("b.wav"));
    EXPECT_THAT(changed.error().message, HasSubstr("changed while it was in use"));
}

TEST_F(OpenedInputs, AreToldWhenReplacedByAFileOfTheSameLength) {
    fs::copy_file(folder_.file("a.wav"), folder_.file("c.wav"));
    fs::rename(folder_.file("c.wav"), folder_.file("a.wav"));
    EXPECT_FALSE(inputs_.files[0]->check_unchanged().has_value());
}

TEST_F(OpenedInputs, AreToldWhenGone) {
    fs::remove(folder_.file("a.wav"));
    const auto gone = inputs_.files[0]->check_unchanged();
    ASSERT_FALSE(gone.has_value());
    EXPECT_EQ(gone.error().code, ErrorCode::not_found);
}

TEST(OpenedResponses, ThatACheckHasReadAreNotReadAgainAndStillHashedAndWatched) {
    TempFolder folder;
    session::Session session = empty_session(folder.path());
    write_wav(folder.file("a.wav"), {std::vector<float>(1000, 0.25f)});
    write_wav(folder.file("hall.wav"), {std::vector<float>(5000, 0.125f)});
    session::Strip& track = add_track(session, "a", "a.wav");
    track.inserts.push_back(insert("convolution", {{"impulse", "hall.wav"}}));

    std::shared_ptr<render::Responses> read;
    Diagnostics diagnostics;
    ASSERT_TRUE(render::check(session, render::RenderJob{}, diagnostics, &read).empty());
    ASSERT_EQ(read->impulses.size(), 1u);
    const auto executor = graph::make_thread_executor(1);
    auto again = render::load_inputs(session, "", *executor, {}).value();
    auto taken = render::load_inputs(session, "", *executor, {}, nullptr, std::move(*read)).value();
    EXPECT_EQ(taken.paths, again.paths);
    EXPECT_EQ(taken.impulses.at("hall.wav").channels, again.impulses.at("hall.wav").channels);
    EXPECT_EQ(taken.files.at(1)->xxh3({}).value(), again.files.at(1)->xxh3({}).value());
    EXPECT_TRUE(taken.files.at(1)->check_unchanged());
    fs::resize_file(folder.file("hall.wav"), 500);
    EXPECT_FALSE(taken.files.at(1)->check_unchanged());
}

}  // namespace
}  // namespace dubplate::test
