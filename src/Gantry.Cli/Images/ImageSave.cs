using Gantry.Api.Client;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Terminal;

namespace Gantry.Cli.Images;

/// <summary><c>gantry save</c>.</summary>
internal sealed class ImageSave : Command
{
    private readonly ValueFlag<string> _output, _platform;

    public ImageSave()
    {
        _output = Flags.Text("output", 'o', "Write the archive to a file instead of standard output");
        _platform = Flags.Text("platform", null, "Save only the given platform");
    }

    public override string Syntax => "[OPTIONS] IMAGE [IMAGE...]";

    public override OperandCount Operands => OperandCount.AtLeast(1);

    public override int Run(Invocation invocation)
    {
        if (_output.Value.Length > 0)
        {
            WriteFile(invocation, _output.Value);
            return 0;
        }
        if (TerminalSize.IsTerminal(1)) throw new CliException("cowardly refusing to save to a terminal. Use the -o flag or redirect");
        using ApiResponse response = invocation.Client.Images.Save(invocation.Operands, _platform.Value);
        response.Body.CopyTo(StandardStreams.RawOut, 128 * 1024);
        return 0;
    }

    private void WriteFile(Invocation invocation, string path)
    {
        try
        {
            OutputFile.CheckDirectory(path);
            using ApiResponse archive = invocation.Client.Images.Save(invocation.Operands, _platform.Value);
            OutputFile.Write(path, archive.Body);
        }
        catch (CliException failure)
        {
            throw new CliException($"failed to save image: {failure.Message}");
        }
    }
}
