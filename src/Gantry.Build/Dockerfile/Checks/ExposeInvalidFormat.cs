using Gantry.Build.Dockerfile.Instructions;

namespace Gantry.Build.Dockerfile.Checks;

/// <summary>Who runs the container says what of the host leads to its ports.</summary>
internal sealed class ExposeInvalidFormat() : BuildCheck("ExposeInvalidFormat")
{
    public override IEnumerable<BuildWarning> Run(CheckSubject subject) =>
        from expose in subject.All<ExposeInstruction>()
        from port in expose.Ports
        where port.Text.Contains(':') && !port.Text.Contains('$')
        select Warn(port.Range,
            $"EXPOSE instruction should not define an IP address or host-port mapping, found '{port.Text}'");
}
