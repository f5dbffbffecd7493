using System.Reflection;
using Gantry.BuildKit.Solving;

namespace Gantry.BuildKit.Tests.Solving;

public sealed class KitBuildTests
{
    /// <summary>Whatever becomes of the build, what was solved for it is let go.</summary>
    [Fact]
    public void AResultThatIsNotTakenIsLetGo()
    {
        List<ISolvedBuild> gone = [];
        KitBuild build = new("b", null!, null!, null!, CancellationToken.None);
        List<ISolvedBuild> taken = [.. Enumerable.Range(0, 200).Select(_ => Result(gone))];
        foreach (ISolvedBuild result in taken) build.Add(result);
        ISolvedBuild more = Result(gone), late = Result(gone);
        Assert.Equal(ErrorKind.InvalidArgument, Assert.Throws<GantryException>(() => build.Add(more)).Kind);
        Assert.Equal([more], gone);
        build.Dispose();
        Assert.Equal(ErrorKind.Unavailable, Assert.Throws<GantryException>(() => build.Add(late)).Kind);
        Assert.Equal([more, .. taken, late], gone);
    }

    private static ISolvedBuild Result(List<ISolvedBuild> gone)
    {
        ISolvedBuild result = DispatchProxy.Create<ISolvedBuild, Solved>();
        ((Solved)(object)result).Gone = () => gone.Add(result);
        return result;
    }

    /// <summary>Knows its end alone.</summary>
    public class Solved : DispatchProxy
    {
        public Action Gone { get; set; } = () => { };

        protected override object? Invoke(MethodInfo? method, object?[]? arguments)
        {
            if (method!.Name == nameof(IDisposable.Dispose)) Gone();
            return null;
        }
    }
}
