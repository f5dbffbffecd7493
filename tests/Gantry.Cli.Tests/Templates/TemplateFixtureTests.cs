using System.Text.Json;
using Gantry.Api.Containers;
using Gantry.Api.Wire;
using Gantry.Cli.Templates;
using Xunit;

namespace Gantry.Cli.Tests.Templates;

/// <summary>Every folder of testfiles is a template with the text that Docker's own command line prints for it on the same data.</summary>
public sealed class TemplateFixtureTests
{
    private static readonly string Root = Path.Combine(AppContext.BaseDirectory, "Templates");
    private static readonly JsonElement Data = JsonDocument.Parse(File.ReadAllText(Path.Combine(Root, "testfiles", "data"))).RootElement;

    public static TheoryData<string> Accepted => Cases("testfiles");
    public static TheoryData<string> Refused => Cases("refused");

    private static TheoryData<string> Cases(string folder) =>
        new(Directory.GetDirectories(Path.Combine(Root, folder)).Select(d => Path.GetFileName(d)).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Accepted))]
    public void PrintsWhatDockerPrints(string name) =>
        Assert.Equal(Read("testfiles", name, "expected"), Render(Read("testfiles", name, "input")));

    [Theory]
    [MemberData(nameof(Refused))]
    public void RefusesWithDockersMessage(string name)
    {
        var refusal = Assert.Throws<TemplateException>(() => Render(Read("refused", name, "input")));
        Assert.Equal(Read("refused", name, "message"), refusal.Message);
    }

    private static string Render(string text) =>
        InspectTemplate.Render(Template.Parse(text), ApiJson.Default.ContainerInspectResponse, Data);

    private static string Read(string folder, string name, string file) => File.ReadAllText(Path.Combine(Root, folder, name, file));
}
