using Gantry.Build.Dockerfile.Instructions;

namespace Gantry.Build.Dockerfile.Checks;

/// <summary>Of some instructions the last one of a stage alone counts.</summary>
internal sealed class MultipleInstructionsDisallowed() : BuildCheck("MultipleInstructionsDisallowed")
{
    public override IEnumerable<BuildWarning> Run(CheckSubject subject) =>
        from stage in subject.File.Stages
        from same in stage.Instructions.Where(one => one is CmdInstruction or EntrypointInstruction or HealthcheckInstruction)
            .GroupBy(one => one.Statement.Name)
        from useless in same.SkipLast(1)
        select Warn(useless.Statement.Range, $"Multiple {same.Key} instructions should not be used in the same stage "
            + "because only the last one will be used");
}
