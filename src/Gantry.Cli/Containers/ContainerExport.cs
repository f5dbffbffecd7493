using Gantry.Api.Client;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Terminal;

namespace Gantry.Cli.Containers;

/// <summary><c>gantry export</c>.</summary>
internal sealed class ContainerExport : Command
{
    private readonly ValueFlag<string> _output;

    public ContainerExport() => _output = Flags.Text("output", 'o', "File to write instead of STDOUT");

    public override string Syntax => "[OPTIONS] CONTAINER";
    public override OperandCount Operands => OperandCount.Exactly(1);

    public override int Run(Invocation invocation)
    {
        if (_output.Value.Length == 0 && TerminalSize.IsTerminal(1))
            throw new CliException("cowardly refusing to save to a terminal. Use the -o flag or redirect");
        using ApiResponse response = invocation.Client.Containers.Export(invocation.Operands[0]);
        if (_output.Value.Length == 0) response.Body.CopyTo(StandardStreams.RawOut);
        else OutputFile.Write(_output.Value, response.Body);
        return 0;
    }
}
