using Gantry.Api.Client;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Output;
using Gantry.Cli.Registry;

namespace Gantry.Cli.Images;

/// <summary><c>gantry push</c>.</summary>
internal sealed class ImagePush : Command
{
    private readonly BoolFlag _all, _quiet;
    private readonly ValueFlag<string> _compression, _platform;

    public ImagePush()
    {
        _all = Flags.Switch("all-tags", 'a', "Push every tag of the repository");
        _quiet = Flags.Switch("quiet", 'q', "Print the name alone");
        _compression = Flags.Text("compression", null,
            "How layers made by the engine are sent: gzip, zstd or none (default: the daemon's push-compression)");
        _platform = Flags.Text("platform", null, "Push only an image for the given platform");
        Flags.Switch("disable-content-trust", null, "Accepted for scripts; nothing is signed");
    }

    public override string Syntax => "[OPTIONS] NAME[:TAG]";

    public override OperandCount Operands => OperandCount.Exactly(1);

    public override int Run(Invocation invocation)
    {
        string name = invocation.Operands[0];
        (string repository, string? tag) = TargetReference.Split(name);
        if (_all && tag is not null) throw new CliException("tag can't be used with --all-tags/-a");
        if (!_all && tag is null)
        {
            tag = "latest";
            if (!_quiet) invocation.Out.Write("Using default tag: latest\n");
        }
        using ApiResponse response = invocation.Client.Images.Push(repository, tag, Login.HeaderFor(name),
            _compression.Value.Length > 0 ? _compression.Value : null, _platform.Value.Length > 0 ? _platform.Value : null);
        MessageDisplay.For(_quiet ? TextWriter.Null : invocation.Out, descriptor: 1).Show(JsonLines.Messages(response.Body));
        if (_quiet) invocation.Out.Write(name + "\n");
        return 0;
    }
}
