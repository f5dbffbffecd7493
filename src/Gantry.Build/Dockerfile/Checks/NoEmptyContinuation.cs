namespace Gantry.Build.Dockerfile.Checks;

/// <summary>An empty line that does not end an instruction looks as if it did.</summary>
internal sealed class NoEmptyContinuation() : BuildCheck("NoEmptyContinuation")
{
    public override IEnumerable<BuildWarning> Run(CheckSubject subject) =>
        subject.File.Lexed.EmptyContinuations.Select(range => Warn(range, "Empty continuation line"));
}
