// The sessions in docs/examples, which are also the documentation's, read without a word and stand in canonical form.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "kernels/processors/processor.h"
#include "session-format/json/read.h"
#include "session-format/json/write.h"

namespace dubplate::session {
namespace {

TEST(Examples, AreCanonicalSessions) {
    int count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(DUBPLATE_SOURCE_DIR "/docs/examples")) {
        if (!entry.path().string().ends_with(".dub.json")) continue;
        ++count;
        const ReadResult result = read_session_file(entry.path().string(), kernels::processor_table());
        for (const Error& error : result.errors) ADD_FAILURE() << error.where << ": " << error.message;
        std::ostringstream text;
        text << std::ifstream(entry.path()).rdbuf();
        EXPECT_EQ(write_session(result.session), text.str());
    }
    EXPECT_GE(count, 2);
}

}  // namespace
}  // namespace dubplate::session
