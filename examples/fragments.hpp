#pragma once

// What the fragments in docs/choosing.md speak of without showing it; see fragments.py.

#include <chrono>
#include <cstdio>
#include <deque>
#include <mutex>
#include <stop_token>
#include <string>
#include <vector>

struct Job {
  std::string name;
};
void run(Job& job);
std::string fetch(std::string path);
int parse(std::string page);
