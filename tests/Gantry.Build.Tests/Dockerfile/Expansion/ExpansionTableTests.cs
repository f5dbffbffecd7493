using Gantry.Build.Dockerfile.Expansion;
using Gantry.Build.Dockerfile.Instructions;
using Gantry.Build.Dockerfile.Lexing;
using Gantry.Build.Dockerfile.Stages;

namespace Gantry.Build.Tests.Dockerfile.Expansion;

/// <summary>What words become, row by row of a table that is given to dockerd too.</summary>
public sealed class ExpansionTableTests
{
    private static readonly Dictionary<string, string> Values =
        new() { ["A"] = "a", ["E"] = "", ["S"] = "x y", ["N"] = "12", ["P"] = "/usr/lib/x.tar.gz" };

    [Fact]
    public void EachWordBecomesWhatTheTableSays() =>
        Assert.Empty(TableFile.Rows("expansion").Where(row => Value(row[0]) != row[1])
            .Select(row => $"{row[0]} becomes {Value(row[0])} instead of {row[1]}"));

    private static string Value(string word)
    {
        try
        {
            Instruction line = BuildFile.Parse($"FROM x\nENV R={word}").Stages[0].Instructions[0];
            return ((EnvInstruction)line.Expand(new Expander('\\', Values.GetValueOrDefault))).Pairs[0].Value?.Text ?? "";
        }
        catch (DockerfileException e)
        {
            return $"! {e.Message[(e.Message.LastIndexOf("\": ", StringComparison.Ordinal) + 3)..]}";
        }
    }
}
