using Gantry.Api.Volumes;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Options;

namespace Gantry.Cli.Volumes;

/// <summary><c>gantry volume create</c>.</summary>
internal sealed class VolumeCreate : Command
{
    private readonly ValueFlag<string> _driver, _name;
    private readonly ListFlag<string> _labels, _options;

    public VolumeCreate()
    {
        _driver = Flags.Text("driver", 'd', "Driver of the volume", "local");
        _labels = Flags.List("label", null, "Set a label");
        _options = Flags.List("opt", 'o', "Option of the driver", "map", KeyValues.RequireValue);
        _name = Flags.Add(new ValueFlag<string>("name", null, "Name of the volume", "string", text => text, "") { Hidden = true });
    }

    public override string Syntax => "[OPTIONS] [VOLUME]";
    public override OperandCount Operands => OperandCount.AtMost(1);

    public override int Run(Invocation invocation)
    {
        if (_name.IsSet && invocation.Operands.Count > 0)
            throw new CliException("conflicting options: cannot specify a volume-name through both --name and as a positional arg");
        Volume volume = invocation.Client.Volumes.Create(new VolumeCreateRequest
        {
            Name = invocation.Operands.Count > 0 ? invocation.Operands[0] : _name.Value,
            Driver = _driver.Value,
            DriverOpts = KeyValues.Map(_options.Values),
            Labels = KeyValues.Map(_labels.Values),
        });
        invocation.Out.WriteLine(volume.Name);
        return 0;
    }
}
