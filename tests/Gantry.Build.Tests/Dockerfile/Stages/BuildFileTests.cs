using Gantry.Build.Dockerfile.Lexing;
using Gantry.Build.Dockerfile.Stages;

namespace Gantry.Build.Tests.Dockerfile.Stages;

/// <summary><c>accepted/CASE</c>: a <c>Dockerfile</c> and what it says; <c>refused/CASE</c>: one and the refusal, first as clients have it,
/// then as people read it.</summary>
public sealed class BuildFileTests
{
    private static readonly string Files = Path.Combine(AppContext.BaseDirectory, "Dockerfile/testfiles");

    public static TheoryData<string> Accepted => Cases("accepted");
    public static TheoryData<string> Refused => Cases("refused");

    private static TheoryData<string> Cases(string kind) =>
        new(Directory.EnumerateDirectories(Path.Combine(Files, kind)).Select(path => Path.GetFileName(path)!)
            .Order(StringComparer.Ordinal));

    [Theory, MemberData(nameof(Accepted))]
    public void SaysWhatIsWritten(string name)
    {
        string directory = Path.Combine(Files, "accepted", name);
        Expect(directory, Dump.Of(BuildFile.Parse(Read(directory))));
    }

    [Theory, MemberData(nameof(Refused))]
    public void SaysWhyNotAndWhere(string name)
    {
        string directory = Path.Combine(Files, "refused", name);
        DockerfileException refused = Assert.Throws<DockerfileException>(() => BuildFile.Parse(Read(directory)));
        Expect(directory, $"{refused.Message}\n\n{refused.Display()}");
    }

    [Theory]
    [InlineData("A", null, 2)]
    [InlineData("a", 2, 0)]
    [InlineData("1", null, 1)]
    [InlineData("1", 1, null)]
    [InlineData("b", null, null)]
    [InlineData("-1", null, null)]
    public void AStageIsFoundByNameInAnyCaseOrNumber(string reference, int? before, int? found) =>
        Assert.Equal(found, BuildFile.Parse("FROM x AS a\nFROM x\nFROM x AS A").Find(reference, before)?.Index);

    [Theory]
    [InlineData("FROM x\nRUN a \\\n\n\n b\nRUN c\n\nRUN d \\\n\n", "RUN a  b|RUN d")]
    [InlineData("\nFROM x \\\n\n AS y\n\n# c\n\nRUN a \\\n # c\n b", "FROM x  AS y")]
    [InlineData("FROM x\nRUN a\n\n", "")]
    public void InstructionsWithEmptyLinesAreKnown(string text, string expected) =>
        Assert.Equal(expected, string.Join('|', BuildFile.Parse(text).Lexed.Interrupted().Select(statement => statement.Text)));

    /// <summary><c>GANTRY_FUZZ=1000000</c> makes the run that long.</summary>
    [Fact]
    public void WhateverComesIsParsedOrRefused()
    {
        string[] files = [.. Directory.EnumerateFiles(Files, "Dockerfile", SearchOption.AllDirectories).Select(File.ReadAllText)];
        const string signs = "\\\"'${}[]#:-+?/%`=\n\r\t ,\0<>&|@é\uD800";
        string[] words =
            ["<<EOF", "<<-'X'", "--mount=", "--from=", "ONBUILD ", "FROM ", "\nEOF\n", "\\\n", "${A:-", "# escape=`\n", "[\"a\"]"];
        int rounds = int.TryParse(Environment.GetEnvironmentVariable("GANTRY_FUZZ"), out int wished) ? wished : 5000;
        Random random = new(21);
        for (int i = 0; i < rounds; i++)
        {
            List<char> text = [.. files[random.Next(files.Length)]];
            for (int change = random.Next(1, 6); change > 0 && text.Count > 0; change--)
            {
                int at = random.Next(text.Count);
                if (random.Next(3) == 0) text.InsertRange(at, words[random.Next(words.Length)]);
                else text[at] = signs[random.Next(signs.Length)];
            }
            if (random.Next(8) == 0) text.RemoveRange(0, random.Next(text.Count + 1));
            Fuzz(new string([.. text]));
        }
    }

    private static void Fuzz(string text)
    {
        try
        {
            BuildFile file = BuildFile.Parse(text);
            Dictionary<string, string> nothing = [];
            GlobalScope globals = new(file, nothing, nothing);
            foreach (BuildStage stage in file.Stages)
            {
                globals.Expand(stage.From, out _);
                StageScope scope = new(globals, nothing);
                foreach (var instruction in stage.Instructions) scope.Step(instruction, out _);
            }
        }
        catch (DockerfileException e)
        {
            Assert.NotEmpty(e.Display());
        }
    }

    private static string Read(string directory) => File.ReadAllText(Path.Combine(directory, "Dockerfile"));

    /// <summary><c>GANTRY_GOLDEN=directory</c> writes down what comes, to be read and judged.</summary>
    private static void Expect(string directory, string actual)
    {
        if (Environment.GetEnvironmentVariable("GANTRY_GOLDEN") is { Length: > 0 } sources)
            File.WriteAllText(Path.Combine(sources, Path.GetRelativePath(Files, directory), "expected"), actual);
        else Assert.Equal(File.ReadAllText(Path.Combine(directory, "expected")), actual);
    }
}
