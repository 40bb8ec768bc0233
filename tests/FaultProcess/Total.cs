namespace FaultProcess;

/// <summary>What an account, or a region, remembers.</summary>
internal sealed record Total(int Count, int Sum)
{
    public Total Plus(int number) => new(Count + 1, Sum + number);
}
