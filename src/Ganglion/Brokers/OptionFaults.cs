namespace Ganglion.Brokers;

/// <summary>What is wrong with options, collected so that all of it is told at once.</summary>
internal sealed class OptionFaults
{
    private readonly List<string> _faults = [];

    public bool Any => _faults.Count > 0;

    /// <summary>The faults one by one.</summary>
    public IReadOnlyList<string> All => _faults;

    /// <summary>Notes a fault unless a condition holds.</summary>
    public void Check(bool holds, string fault)
    {
        if (!holds)
        {
            _faults.Add(fault);
        }
    }

    /// <summary>Takes over the faults of a part.</summary>
    /// <param name="faults">The faults.</param>
    /// <param name="prefix">What stands before each of them: of which part it is.</param>
    public void Add(OptionFaults faults, string prefix) => _faults.AddRange(faults._faults.Select(fault => prefix + fault));

    /// <summary>Tells all that was noted, if anything was.</summary>
    /// <param name="what">Whose faults they are.</param>
    /// <param name="argument">Where it was given.</param>
    /// <exception cref="ArgumentException">There are faults.</exception>
    public void ThrowIfAny(string what, string argument)
    {
        if (Any)
        {
            throw new ArgumentException($"{what} are not valid: {this}.", argument);
        }
    }

    public override string ToString() => string.Join("; ", _faults);
}
