using System.Text;
using Gantry.Cli.Builds;
using Gantry.Cli.CommandLine;
using Xunit;

namespace Gantry.Cli.Tests.Builds;

public sealed class BuildOutputTests
{
    private const string Image = "sha256:e02f9141e8398be9dc2b1ce17f5d92e0b1011511444880d88f1679b477f110f9";

    private readonly StringWriter _out = new(), _error = new();

    private string? Show(string lines, bool quiet = false, bool raw = false)
    {
        BuildOutput output = new(_out, _error, quiet, raw);
        output.Sent(2048, isAll: true);
        try
        {
            return output.Show(new MemoryStream(Encoding.UTF8.GetBytes(lines)));
        }
        catch (CliException)
        {
            output.Failed();
            throw;
        }
    }

    [Fact]
    public void LinesAreShownAsTheyComeAndTheImageIsKnown()
    {
        string? image = Show("{\"stream\":\"Step 1/1 : FROM scratch\"}\n{\"stream\":\"\\n\"}\n{\"aux\":{\"ID\":\"" + Image + "\"}}\n");
        Assert.Equal(Image, image);
        Assert.Equal("Sending build context to Docker daemon  2.048kB\r\r\nStep 1/1 : FROM scratch\n", _out.ToString());
    }

    [Fact]
    public void AQuietBuildThatSucceedsSaysNothing()
    {
        Assert.Equal(Image, Show("{\"stream\":\"" + Image + "\\n\"}\n", quiet: true));
        Assert.Equal("", _out.ToString() + _error);
    }

    [Fact]
    public void AQuietBuildThatFailsTellsEverything()
    {
        const string failure = "{\"stream\":\"moin\\n\"}\n"
            + "{\"errorDetail\":{\"code\":7,\"message\":\"returned 7\"},\"error\":\"returned 7\"}\n";
        CliException e = Assert.Throws<CliException>(() => Show(failure, quiet: true));
        Assert.Equal(("returned 7", 7), (e.Message, e.ExitCode));
        Assert.Equal("Sending build context to Docker daemon  2.048kB\r\r\nmoin\n", _error.ToString());
        Assert.Equal("", _out.ToString());
    }

    [Fact]
    public void AFailureWithoutAStatusIsOne() =>
        Assert.Equal(1, Assert.Throws<CliException>(() => Show("{\"error\":\"no\"}\n")).ExitCode);

    [Fact]
    public void RawLinesAreTheDaemonsOwn()
    {
        const string lines = "{\"stream\":\"Step\"}\n{\"aux\":{\"ID\":\"" + Image + "\"},\"new\":1}\n";
        Assert.Equal(Image, Show(lines, raw: true));
        Assert.Equal(lines, _out.ToString());
    }
}
