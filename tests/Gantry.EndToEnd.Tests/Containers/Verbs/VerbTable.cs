namespace Gantry.EndToEnd.Containers.Verbs;

/// <summary>What <c>verbs.txt</c> says.</summary>
public static class VerbTable
{
    /// <param name="Peer">What dockerd 20.10 answers, where that is something else.</param>
    public sealed record Cell(string Verb, VerbAnswer Ours, VerbAnswer? Peer)
    {
        /// <param name="peer">Docker's words begin with a capital now and then, and did so more often when that version was made.</param>
        public bool Allows(VerbAnswer answer, bool peer) => peer
            ? string.Equals((Peer ?? Ours).ToString(), answer.ToString(), StringComparison.OrdinalIgnoreCase) : Ours == answer;
    }

    private static readonly Dictionary<string, List<Cell>> States = Read();

    public static IReadOnlyList<Cell> Of(string state) => States[state];

    private static Dictionary<string, List<Cell>> Read()
    {
        Dictionary<string, List<Cell>> states = [];
        List<Cell> cells = [];
        string above = "";
        foreach (string line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Containers/Verbs/verbs.txt")))
        {
            string[] fields = line.Split(' ', 4, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            Assert.True(!above.StartsWith("  |", StringComparison.Ordinal) || fields is ["--", ..], $"without its reason: {above}");
            above = line;
            if (fields is [] or ["#" or "--", ..]) continue;
            if (fields is [var state]) states.Add(state, cells = []);
            else if (fields[0] == "|") cells[^1] = cells[^1] with { Peer = Answer(fields) };
            else cells.Add(new Cell(fields[0], Answer(fields), null));
        }
        return states;
    }

    private static VerbAnswer Answer(string[] fields) => new(int.Parse(fields[1]), fields[2], fields.ElementAtOrDefault(3) ?? "");
}
