using Gantry.Build.Dockerfile.Instructions;
using Gantry.Build.Dockerfile.Stages;

namespace Gantry.Build.Dockerfile.Checks;

/// <summary>A shell as the first process hands no signal on.</summary>
internal sealed class JSONArgsRecommended() : BuildCheck("JSONArgsRecommended")
{
    public override IEnumerable<BuildWarning> Run(CheckSubject subject)
    {
        foreach (BuildStage stage in subject.File.Stages)
        {
            // Who names a shell wants one.
            if (stage.Instructions.OfType<ShellInstruction>().Any()) continue;
            foreach (Instruction instruction in stage.Instructions)
            {
                if (instruction is CmdInstruction { Command.IsShell: true } or EntrypointInstruction { Command.IsShell: true })
                    yield return Warn(instruction.Statement.Range, $"JSON arguments recommended for {instruction.Statement.Name} "
                        + "to prevent unintended behavior related to OS signals");
            }
        }
    }
}
