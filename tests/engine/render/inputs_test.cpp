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

}  // namespace
}  // namespace dubplate::test
