namespace Ganglion.Benchmarks.Harness;

/// <summary>One quantity over all rounds.</summary>
internal sealed class Figure(string name, Unit unit)
{
    private readonly List<double> _rounds = [];

    public string Name => name;

    public Unit Unit => unit;

    public double Median
    {
        get
        {
            double[] sorted = [.. _rounds.Order()];
            int middle = sorted.Length / 2;
            return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        }
    }

    public double Min => _rounds.Min();

    public double Max => _rounds.Max();

    public void Add(double value) => _rounds.Add(value);
}
