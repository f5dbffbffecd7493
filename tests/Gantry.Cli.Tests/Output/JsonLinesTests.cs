using System.Text;
using Gantry.Cli.CommandLine;
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
        using MemoryStream stream =
            new(Encoding.UTF8.GetBytes("{\"status\":\"Loading\"}\n{\"errorDetail\":{\"message\":\"no space\"},\"error\":\"no space\"}\n"));
        using StringWriter output = new();
        CliException failure =
            Assert.Throws<CliException>(() => new MessageDisplay(output, isTerminal: false).Show(JsonLines.Messages(stream)));
        Assert.Equal("no space", failure.Message);
        Assert.Equal("Loading\n", output.ToString());
    }

    [Fact]
    public void ALayersLineIsUpdatedInPlaceOnATerminal()
    {
        using MemoryStream stream = new(Encoding.UTF8.GetBytes(
            "{\"status\":\"Loading\",\"id\":\"a\",\"progressDetail\":{\"current\":1,\"total\":2}}\n{\"status\":\"Loading\",\"id\":\"a\","
                + "\"progressDetail\":{\"current\":2,\"total\":2}}\n"));
        using StringWriter output = new();
        new MessageDisplay(output, isTerminal: true).Show(JsonLines.Messages(stream));
        Assert.Equal("\n\e[1A\e[2K\ra: Loading [=========================>                         ]       1B/2B\r\e[1B"
            + "\e[1A\e[2K\ra: Loading [==================================================>]       2B/2B\r\e[1B", output.ToString());
    }

    [Theory]
    [InlineData("{\"status\":\"S\",\"progressDetail\":{},\"id\":\"a\"}", 200, "\n\e[1A\e[2K\ra: S \r\e[1B")]
    [InlineData("{\"status\":\"S\",\"progressDetail\":{\"current\":9,\"total\":7},\"id\":\"a\"}", 80, "\n\e[1A\e[2K\ra: S       9B\r\e[1B")]
    [InlineData("{\"status\":\"S\",\"progressDetail\":{\"current\":1,\"total\":7,\"units\":\"s\"},\"id\":\"a\"}", 80,
        "\n\e[1A\e[2K\ra: S 1/7 s\r\e[1B")]
    [InlineData("{\"status\":\"S\",\"progressDetail\":{\"current\":3,\"total\":7,\"hidecounts\":true},\"id\":\"a\"}", 80,
        "\n\e[1A\e[2K\ra: S \r\e[1B")]
    [InlineData("{\"status\":\"S\",\"progressDetail\":{\"current\":1234567}}", 80, "\e[2K\rS  1.235MB\r")]
    [InlineData("{\"status\":\"S\",\"id\":\"a\"}", 80, "a: S\n")]
    [InlineData("{\"stream\":\"S\"}", 80, "S")]
    public void LinesAreThoseOfTheStockClient(string line, int columns, string expected)
    {
        using StringWriter output = new();
        new MessageDisplay(output, isTerminal: true, columns).Show(JsonLines.Messages(new MemoryStream(Encoding.UTF8.GetBytes(line))));
        Assert.Equal(expected, output.ToString());
    }

    private sealed class DripStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(1, count));

        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(1, buffer.Length)]);
    }
}
