using System.Collections.Concurrent;

namespace Gantry.Build.Solver;

/// <summary>What several solvers of one build have made: one of them makes a step that they have in common, also where nothing is to be
/// taken from the cache.</summary>
public sealed class MadeSteps
{
    private readonly ConcurrentDictionary<string, bool> _keys = new(StringComparer.Ordinal);

    internal bool Contains(string key) => _keys.ContainsKey(key);

    internal void Add(string key) => _keys[key] = true;
}
