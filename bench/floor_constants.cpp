// floor_constants [--tracks N --seconds S --threads T --json --folder DIR]: what a reference session costs at least here.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <thread>

#include "bench/floor/terms.h"

namespace dubplate::bench {
namespace {

struct Sum {
    double own = 0, bound = 0;
};

Sum sum_of(const std::vector<Term>& terms) {
    Sum sum;
    for (const Term& term : terms) sum.own += term.core_seconds(), sum.bound += term.bound_core_seconds();
    return sum;
}

void print_table(const std::vector<Term>& terms, const MachineBounds& bounds, int threads) {
    fmt::print(
        "multiply-add {:.4f} ns a float32 lane ({}), reading {:.1f} GB/s from cache, {:.1f} from memory, copying "
        "{:.1f}\n\n",
        bounds.multiply_add, bounds.has_v4 ? "AVX-512" : "AVX2", 1 / bounds.cache_byte, 1 / bounds.memory_byte,
        1 / bounds.copied_byte);
    fmt::print("{:44}{:>12}{:>9}{:>9}{:>14}{:>12}\n", "term", "10^6", "ns", "bound", "core-seconds", "bound");
    for (const Term& term : terms)
        fmt::print("{:44}{:12.1f}{:9.3f}{:9.3f}{:14.3f}{:12.3f}\n", term.words, term.samples / 1e6, term.ns,
                   term.bound_ns, term.core_seconds(), term.bound_core_seconds());
    const Sum sum = sum_of(terms);
    fmt::print("{:44}{:12}{:9}{:9}{:14.3f}{:12.3f}\n", "sum", "", "", "", sum.own, sum.bound);
    fmt::print("\non {} thread{}: {:.3f} s, by arithmetic and memory alone {:.3f} s\n", threads,
               threads == 1 ? "" : "s", sum.own / threads, sum.bound / threads);
}

void print_json(const std::vector<Term>& terms, const MachineBounds& bounds, int threads) {
    const Sum sum = sum_of(terms);
    fmt::print(
        "{{\"threads\": {}, \"registers\": \"{}\", \"multiply_add_ns\": {:.5f}, \"cache_gb_per_second\": {:.2f},\n"
        " \"memory_gb_per_second\": {:.2f}, \"copy_gb_per_second\": {:.2f},\n \"terms\": [",
        threads, bounds.has_v4 ? "AVX-512" : "AVX2", bounds.multiply_add, 1 / bounds.cache_byte, 1 / bounds.memory_byte,
        1 / bounds.copied_byte);
    for (std::size_t index = 0; index < terms.size(); ++index) {
        const Term& term = terms[index];
        fmt::print(
            "{}\n  {{\"id\": \"{}\", \"term\": \"{}\", \"count\": {:.0f}, \"ns\": {:.4f}, \"bound_ns\": {:.4f}, "
            "\"core_seconds\": {:.4f}, \"bound_core_seconds\": {:.4f}}}",
            index == 0 ? "" : ",", term.id, term.words, term.samples, term.ns, term.bound_ns, term.core_seconds(),
            term.bound_core_seconds());
    }
    fmt::print("\n ],\n \"core_seconds\": {:.4f}, \"bound_core_seconds\": {:.4f}, \"wall_seconds\": {:.4f}}}\n",
               sum.own, sum.bound, sum.own / threads);
}

int run(int argc, char** argv) {
    SessionSize size;
    int threads = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
    std::string folder = std::filesystem::temp_directory_path();
    bool json = false;
    CLI::App app{
        "Measures the pieces of a render alone, each with what arithmetic or memory allow, and sums them for a "
        "reference "
        "session: the least it costs on this machine.",
        "floor_constants"};
    app.add_option("--tracks", size.tracks, "how many tracks (128)")->check(CLI::Range(1, 4096));
    app.add_option("--seconds", size.seconds, "how long (180)")->check(CLI::Range(1, 36000));
    app.add_option("--threads", threads, "how many share the work (all there are)")->check(CLI::Range(1, 1024));
    app.add_option("--folder", folder, "where files of 48 MiB may be written and read")->check(CLI::ExistingDirectory);
    app.add_flag("--json", json, "as data");
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 2;
    }
    const Result<Pieces> pieces = measure_pieces(folder);
    if (!pieces) {
        fmt::print(stderr, "floor_constants: {}: {}\n", pieces.error().where, pieces.error().message);
        return 1;
    }
    const MachineBounds bounds = measure_machine();
    (json ? print_json : print_table)(floor_terms(size, *pieces, bounds), bounds, threads);
    return 0;
}

}  // namespace
}  // namespace dubplate::bench

int main(int argc, char** argv) { return dubplate::bench::run(argc, argv); }
