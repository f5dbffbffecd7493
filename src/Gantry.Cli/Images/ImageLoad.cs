using Gantry.Api.Client;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Output;
using Gantry.Cli.Terminal;

namespace Gantry.Cli.Images;

/// <summary><c>gantry load</c>.</summary>
internal sealed class ImageLoad : Command
{
    private readonly ValueFlag<string> _input, _platform;
    private readonly BoolFlag _quiet;

    public ImageLoad()
    {
        _input = Flags.Text("input", 'i', "Read the archive from a file instead of standard input");
        _platform = Flags.Text("platform", null, "Load only the given platform");
        _quiet = Flags.Switch("quiet", 'q', "Do not show progress");
    }

    public override string Syntax => "[OPTIONS]";

    public override OperandCount Operands => OperandCount.None;

    public override int Run(Invocation invocation)
    {
        if (_input.Value.Length == 0 && TerminalSize.IsTerminal(0)) throw new CliException("requested load from stdin, but stdin is empty");
        using Stream? file = _input.Value.Length > 0 ? ArchiveFile.OpenRead(_input.Value) : null;
        bool silent = _quiet || !TerminalSize.IsTerminal(1);
        using ApiResponse response = invocation.Client.Images.Load(file ?? StandardStreams.RawIn, silent, _platform.Value);
        if (response.Header("Content-Type")?.StartsWith("application/json", StringComparison.Ordinal) == true)
            (silent ? new MessageDisplay(invocation.Out, isTerminal: false) : MessageDisplay.For(invocation.Out, descriptor: 1))
                .Show(JsonLines.Messages(response.Body));
        else
            response.Body.CopyTo(StandardStreams.RawOut);
        return 0;
    }
}
