namespace Ganglion.Benchmarks.Harness;

/// <summary>Runs the contenders of one scenario in turns and keeps what came out.</summary>
internal sealed class ScenarioRun(Settings settings)
{
    private readonly Dictionary<string, Figure> _figures = [];
    private readonly List<Verdict> _verdicts = [];

    public Settings Settings => settings;

    public IReadOnlyCollection<Figure> Figures => _figures.Values;

    public IReadOnlyList<Verdict> Verdicts => _verdicts;

    /// <summary>
    /// Runs all contenders once to warm up, then round after round in turns, so that whatever disturbs the machine disturbs all
    /// of them alike.
    /// </summary>
    public async Task MeasureAsync(CancellationToken cancellationToken, params Func<CancellationToken, Task<Sample[]>>[] contenders)
    {
        for (int round = 0; round <= settings.Rounds; round++)
        {
            foreach (Func<CancellationToken, Task<Sample[]>> contender in contenders)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
                foreach (Sample sample in await contender(cancellationToken))
                {
                    Console.Error.WriteLine($"  {(round == 0 ? "warm-up" : $"round {round}")}  {sample.Name}: {sample.Unit.Show(sample.Value)}");
                    if (round > 0)
                    {
                        Add(sample);
                    }
                }
            }
        }
    }

    /// <summary>Keeps a value that was measured otherwise.</summary>
    public void Add(Sample sample)
    {
        if (!_figures.TryGetValue(sample.Name, out Figure? figure))
        {
            _figures.Add(sample.Name, figure = new Figure(sample.Name, sample.Unit));
        }

        figure.Add(sample.Value);
    }

    public Figure this[string name] => _figures[name];

    /// <summary>The ratio of two medians.</summary>
    public double Ratio(string name, string baseline) => this[name].Median / this[baseline].Median;

    public void Expect(Verdict verdict) => _verdicts.Add(verdict);
}
