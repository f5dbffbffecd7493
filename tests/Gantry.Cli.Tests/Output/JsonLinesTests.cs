using System.Text;
using Gantry.Cli.Output;
using Xunit;

namespace Gantry.Cli.Tests.Output;

public sealed class JsonLinesTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("{\"a\":1}\n{\"b\":2}\n", "{\"a\":1}|{\"b\":2}")]
    [InlineData("{\"a\":1}\r\n\r\n{\"b\":2}", "{\"a\":1}|{\"b\":2}")]
    public void CutsAStreamIntoLines(string text, string expected)
    {
        // One byte at a time, as a slow connection may deliver it.
        using DripStream stream = new(Encoding.UTF8.GetBytes(text));
        Assert.Equal(expected, string.Join('|', JsonLines.Read(stream).Select(line => Encoding.UTF8.GetString(line).Trim())));
    }

    [Fact]
    public void AnErrorInTheStreamEndsTheCommand()
    {
        using MemoryStream stream = new(Encoding.UTF8.GetBytes("{\"status\":\"Loading\"}\n{\"errorDetail\":{\"message\":\"no space\"},\"error\":\"no space\"}\n"));
        using StringWriter output = new();
        CliException failure = Assert.Throws<CliException>(() => new MessageDisplay(output, isTerminal: false).Show(JsonLines.Messages(stream)));
        Assert.Equal("no space", failure.Message);
        Assert.Equal("Loading\n", output.ToString());
    }

    [Fact]
    public void ALayersLineIsUpdatedInPlaceOnATerminal()
    {
        using MemoryStream stream = new(Encoding.UTF8.GetBytes(
            "{\"status\":\"Loading\",\"id\":\"a\",\"progressDetail\":{\"current\":1,\"total\":2}}\n{\"status\":\"Loading\",\"id\":\"a\",\"progressDetail\":{\"current\":2,\"total\":2}}\n"));
        using StringWriter output = new();
        new MessageDisplay(output, isTerminal: true).Show(JsonLines.Messages(stream));
        Assert.Contains("\e[1A\e[2K\ra: Loading [==================================================]", output.ToString());
    }

    private sealed class DripStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(1, count));

        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(1, buffer.Length)]);
    }
}
