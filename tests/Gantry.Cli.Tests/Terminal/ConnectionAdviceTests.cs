using Gantry.Cli.Terminal;
using Gantry.Linux.Files;
using Xunit;

namespace Gantry.Cli.Tests.Terminal;

public sealed class ConnectionAdviceTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("gantry-advice-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void NamesTheGroupThatOwnsTheSocketAndNotWhatItsPathSuggests()
    {
        string socket = Make("docker.sock", 4711), accounts = Path.Combine(_directory, "group");
        File.WriteAllText(accounts, "docker:x:4712:\ncranes:x:4711:anna\n");
        Assert.Contains("sudo usermod -aG cranes $USER,", ConnectionAdvice.Remedy(socket, accounts));
    }

    [Fact]
    public void RootsGroupIsNotForEverybody() => Assert.Contains("root's alone", ConnectionAdvice.Remedy(Make("docker.sock", 0)));

    [Theory]
    [InlineData("docker.sock", "docker")]
    [InlineData("gantry.sock", "gantry")]
    public void GuessesWhatItCannotSee(string name, string group) =>
        Assert.Contains($"usermod -aG {group} $USER", ConnectionAdvice.Remedy($"/no/such/directory/{name}"));

    private string Make(string name, uint group)
    {
        string path = Path.Combine(_directory, name);
        File.WriteAllText(path, "");
        Node.SetOwnerOfTarget(path, 0, group);
        return path;
    }
}
