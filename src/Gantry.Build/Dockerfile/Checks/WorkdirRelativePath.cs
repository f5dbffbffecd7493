using Gantry.Build.Dockerfile.Instructions;
using Gantry.Build.Dockerfile.Stages;

namespace Gantry.Build.Dockerfile.Checks;

/// <summary>A relative directory is where the base image says, until that says otherwise.</summary>
internal sealed class WorkdirRelativePath() : BuildCheck("WorkdirRelativePath")
{
    public override IEnumerable<BuildWarning> Run(CheckSubject subject)
    {
        HashSet<int> absolute = [];
        foreach (BuildStage stage in subject.File.Stages)
        {
            bool known = subject.File.Find(stage.From.Image.Text, stage.Index) is { } below && absolute.Contains(below.Index);
            foreach (WorkdirInstruction directory in stage.Instructions.OfType<WorkdirInstruction>())
            {
                string path = directory.Value.Text.Trim('"', '\'');
                if (path.StartsWith('/')) known = true;
                // Nobody knows what a variable will be.
                else if (!known && !path.StartsWith('$'))
                    yield return Warn(directory.Value.Range,
                        $"Relative workdir {GoQuote.Quote(path)} can have unexpected results if the base image changes");
            }
            if (known) absolute.Add(stage.Index);
        }
    }
}
