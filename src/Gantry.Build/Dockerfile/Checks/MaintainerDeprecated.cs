using Gantry.Build.Dockerfile.Instructions;

namespace Gantry.Build.Dockerfile.Checks;

/// <summary>A label says it too, and people find it.</summary>
internal sealed class MaintainerDeprecated() : BuildCheck("MaintainerDeprecated")
{
    public override IEnumerable<BuildWarning> Run(CheckSubject subject) =>
        subject.All<MaintainerInstruction>().Select(instruction =>
            Warn(instruction.Statement.Range, "Maintainer instruction is deprecated in favor of using label"));
}
