using Gantry.Build.Dockerfile.Instructions;

namespace Gantry.Build.Dockerfile.Checks;

/// <summary>The old form takes one name in a line, and everything behind it.</summary>
internal sealed class LegacyKeyValueFormat() : BuildCheck("LegacyKeyValueFormat")
{
    public override IEnumerable<BuildWarning> Run(CheckSubject subject) =>
        from instruction in subject.Instructions
        where instruction is EnvInstruction { IsOldForm: true } or LabelInstruction { IsOldForm: true }
        let name = instruction.Statement.Name
        select Warn(instruction.Statement.Range,
            $"\"{name} key=value\" should be used instead of legacy \"{name} key value\" format");
}
