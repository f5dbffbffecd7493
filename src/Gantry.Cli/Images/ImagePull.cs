using Gantry.Api.Images;
using Gantry.Cli.CommandLine;

namespace Gantry.Cli.Images;

/// <summary><c>gantry pull</c>.</summary>
internal sealed class ImagePull : Command
{
    private readonly BoolFlag _all, _quiet;
    private readonly ValueFlag<string> _platform;

    public ImagePull()
    {
        _all = Flags.Switch("all-tags", 'a', "Pull every tag of the repository");
        _platform = Flags.Text("platform", null, "Pull for another platform: os/architecture[/variant]");
        _quiet = Flags.Switch("quiet", 'q', "Print the name alone");
        Flags.Switch("disable-content-trust", null, "Accepted for scripts; signatures are not looked at");
    }

    public override string Syntax => "[OPTIONS] NAME[:TAG|@DIGEST]";

    public override OperandCount Operands => OperandCount.Exactly(1);

    public override int Run(Invocation invocation)
    {
        string name = invocation.Operands[0], full = ImagePuller.WithTag(name);
        if (_all && (name.Contains('@') || full == name)) throw new CliException("tag can't be used with --all-tags/-a");
        if (!_all && full != name && !_quiet) invocation.Out.Write("Using default tag: latest\n");
        ImagePuller.Fetch(invocation, _all ? name : full, _platform.Value, _quiet ? TextWriter.Null : invocation.Out, descriptor: 1);
        invocation.Out.Write(Canonical(_all ? name : full) + "\n");
        return 0;
    }

    private static string Canonical(string name)
    {
        if (RegistryServer.OfImage(name) != RegistryServer.Central) return name;
        string rest = name.StartsWith("docker.io/", StringComparison.Ordinal) ? name["docker.io/".Length..] : name;
        return rest.Contains('/') ? $"docker.io/{rest}" : $"docker.io/library/{rest}";
    }
}
