namespace Gantry.Engine.Containers;

/// <summary>The rule for names, and names for containers that were given none.</summary>
public static class ContainerName
{
    private const string Rule = "[a-zA-Z0-9][a-zA-Z0-9_.-]";

    private static readonly string[] Moods =
    [
        "agile", "amber", "ample", "brave", "brisk", "calm", "candid", "clever", "cosy", "crisp", "daring", "deft", "eager", "fair",
        "fond", "frank",
        "gentle", "glad", "happy", "hardy", "honest", "jolly", "keen", "kind", "lively", "loyal", "lucid", "mellow", "merry", "modest",
        "nimble", "noble",
        "patient", "plucky", "polite", "proud", "quick", "quiet", "rapid", "ready", "serene", "sharp", "snug", "solid", "spry", "steady",
        "sunny", "swift",
        "tidy", "trusty", "vivid", "warm", "wise", "witty", "zesty",
    ];

    /// <summary>People who moved loads, ships, signals and programs.</summary>
    private static readonly string[] People =
    [
        "allen", "archimedes", "babbage", "bartlett", "bell", "berners", "brunel", "cerf", "codd", "curie", "darwin", "dijkstra", "drake",
        "edison", "eiffel",
        "engelbart", "euler", "faraday", "fourier", "franklin", "galileo", "gauss", "goldberg", "hamilton", "harrison", "heron", "hopper",
        "huygens", "kahn",
        "kepler", "knuth", "lamarr", "lamport", "liskov", "lovelace", "magellan", "maxwell", "mclean", "morse", "nansen", "newton",
        "noether", "otis",
        "pascal", "perlman", "ritchie", "shannon", "stephenson", "tesla", "thompson", "torvalds", "turing", "vitruvius", "volta", "watt",
        "wilson", "wirth",
    ];

    /// <param name="taken">Whether a name is in use; after some tries a digit is appended.</param>
    public static string Random(Func<string, bool> taken)
    {
        for (int attempt = 0; ; attempt++)
        {
            string name = $"{Moods[System.Random.Shared.Next(Moods.Length)]}_{People[System.Random.Shared.Next(People.Length)]}";
            if (attempt > 5) name += System.Random.Shared.Next(1, 10 * attempt);
            if (!taken(name)) return name;
        }
    }

    /// <summary>Takes an optional leading slash, as the wire has it.</summary>
    /// <exception cref="GantryException">InvalidArgument, in the words that clients know.</exception>
    public static string Parse(string name)
    {
        string bare = name.StartsWith('/') ? name[1..] : name;
        if (!IsValid(bare)) throw GantryException.Invalid($"Invalid container name ({name}), only {Rule} are allowed");
        return bare;
    }

    private static bool IsValid(string name)
    {
        if (name.Length < 2 || !char.IsAsciiLetterOrDigit(name[0])) return false;
        foreach (char c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('_' or '.' or '-')) return false;
        }
        return true;
    }
}
