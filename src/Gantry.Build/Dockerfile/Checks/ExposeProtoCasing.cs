using Gantry.Build.Dockerfile.Instructions;

namespace Gantry.Build.Dockerfile.Checks;

/// <summary>Protocols are written in small letters.</summary>
internal sealed class ExposeProtoCasing() : BuildCheck("ExposeProtoCasing")
{
    public override IEnumerable<BuildWarning> Run(CheckSubject subject) =>
        from expose in subject.All<ExposeInstruction>()
        from port in expose.Ports
        let slash = port.Text.LastIndexOf('/')
        where slash >= 0 && !port.Text.Contains('$') && port.Text[slash..] != port.Text[slash..].ToLowerInvariant()
        select Warn(port.Range, $"Defined protocol '{port.Text}' in EXPOSE instruction should be lowercase");
}
