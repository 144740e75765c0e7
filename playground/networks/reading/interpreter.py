"""Follows the statements and expressions of a source with what is known of its values; runs none of them."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Iterator
from typing import Any

from playground.networks.reading import library
from playground.networks.reading.limits import MAX_LENGTH, MAX_NUMBER, Budget
from playground.networks.reading.values import (
    IGNORED,
    Applied,
    Child,
    ClassValue,
    FunctionValue,
    Method,
    Node,
    Size,
    Sizes,
    SuperValue,
    TorchName,
    cannot_read,
    is_output_with_state,
    is_tensor,
    shown,
)

Names = dict[str, Any]

_OPERATORS: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
    ast.BitOr: operator.or_,
}
_TENSOR_OPERATORS: dict[type[ast.operator], str] = {
    ast.Add: "add",
    ast.Sub: "subtract",
    ast.Mult: "multiply",
    ast.MatMult: "matmul",
}
_COMPARISONS: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
    ast.In: lambda left, right: left in right,
    ast.NotIn: lambda left, right: left not in right,
}
_IGNORED_STATEMENTS = (ast.Pass, ast.Assert, ast.Global, ast.Nonlocal)


_TRAINING = TorchName("self.training")


class Return(Exception):  # noqa: N818 - it ends the walk through a function and never leaves this package
    """A return statement with its value."""

    def __init__(self, value: Any) -> None:
        super().__init__()
        self.value = value


class _Leave(Exception):  # noqa: N818 - likewise: break (again=False) or continue
    def __init__(self, again: bool) -> None:
        super().__init__()
        self.again = again


class Interpreter:
    """Follows one source; `bind` is called where a name of a forward is given a tensor."""

    def __init__(self, globals_: Names, budget: Budget) -> None:
        self.globals = globals_
        self.budget = budget
        self.bind: Callable[[str, Any], Any] | None = None
        self.make: Callable[[ClassValue, tuple[Any, ...], Names, ast.AST], Node] | None = None

    # Statements

    def follow(self, statements: list[ast.stmt], names: Names) -> None:
        """Goes through statements; raises Return at a return."""
        for statement in statements:
            self.budget.spend(statement)
            self._statement(statement, names)

    def _statement(self, node: ast.stmt, names: Names) -> None:
        match node:
            case ast.Assign():
                value = self.value(node.value, names)
                for target in node.targets:
                    self._assign(target, value, names)
            case ast.AnnAssign():
                if node.value is not None:
                    self._assign(node.target, self.value(node.value, names), names)
            case ast.AugAssign():
                self._augment(node, names)
            case ast.Expr():
                if not self._says_nothing(node.value, names):
                    self.value(node.value, names)
            case ast.If():
                taken = node.body if self._truth(node.test, names) else node.orelse
                self.follow(taken, names)
            case ast.For():
                self._loop(node, names)
            case ast.Return():
                raise Return(None if node.value is None else self.value(node.value, names))
            case ast.FunctionDef():
                names[node.name] = FunctionValue(node, names)
            case ast.ClassDef():
                names[node.name] = ClassValue(node)
            case ast.Import() | ast.ImportFrom():
                library.import_names(node, names)
            case ast.With():
                self.follow(node.body, names)
            case ast.Break() | ast.Continue():
                raise _Leave(isinstance(node, ast.Continue))
            case ast.Raise():
                raise cannot_read(node, f"with these arguments the source raises an error: {shown(node)}")
            case _ if isinstance(node, _IGNORED_STATEMENTS):
                pass
            case ast.While():
                raise cannot_read(node, "a while loop cannot be read; write a for loop over a range.")
            case _:
                raise cannot_read(
                    node, f"{type(node).__name__} cannot be read here; write plain assignments, if and for."
                )

    def _says_nothing(self, node: ast.expr, names: Names) -> bool:
        """Whether this is a call, for its effect alone, of something imported from outside PyTorch: logging, say."""
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            return False
        function = names.get(node.func.id, self.globals.get(node.func.id))
        return isinstance(function, TorchName) and not function.name.startswith("torch.")

    def _assign(self, target: ast.expr, value: Any, names: Names) -> None:
        match target:
            case ast.Name():
                names[target.id] = self.bind(target.id, value) if self.bind and is_tensor(value) else value
            case ast.Attribute():
                self._set_attribute(target, self.value(target.value, names), value)
            case ast.Tuple() | ast.List() if value is IGNORED:
                for part in target.elts:
                    self._assign(part, IGNORED, names)
            case ast.Tuple() | ast.List():
                values = self._unpacked(value, len(target.elts), target)
                for part, item in zip(target.elts, values, strict=True):
                    self._assign(part, item, names)
            case ast.Subscript():
                self._set_item(target, self.value(target.value, names), self.value(target.slice, names), value)
            case _:
                raise cannot_read(target, f"an assignment to {shown(target)} cannot be read; give the value a name.")

    def _set_attribute(self, target: ast.Attribute, owner: Any, value: Any) -> None:
        if isinstance(owner, Child):
            raise cannot_read(target, "a forward that changes its module cannot be read; set this in __init__.")
        if not isinstance(owner, Node):
            return  # such as m.bias.data of a layer whose weights are being initialised
        if isinstance(value, Node):
            owner.children[target.attr] = value
        else:
            owner.attributes[target.attr] = value
            owner.children.pop(target.attr, None)

    def _set_item(self, target: ast.Subscript, owner: Any, key: Any, value: Any) -> None:
        if isinstance(owner, Node) and isinstance(value, Node):
            owner.children[str(key)] = value
        elif isinstance(owner, dict | list):
            owner[key] = value
        else:
            raise cannot_read(target, f"an assignment to {shown(target)} cannot be read; give the value a name.")

    def _unpacked(self, value: Any, count: int, at: ast.AST) -> list[Any]:
        if isinstance(value, Sizes):
            return [Size(value.tensor, value.start + index) for index in range(count)]
        if is_output_with_state(value):
            return [value, *[IGNORED] * (count - 1)]
        if is_tensor(value):
            tensor = self.bind("parts", value) if self.bind else value
            return [library.operation_on(tensor, "item", {"index": index}) for index in range(count)]
        values = list(self.items(value, at))
        if len(values) != count:
            raise cannot_read(at, f"{len(values)} values cannot be given to {count} names.")
        return values

    def _augment(self, node: ast.AugAssign, names: Names) -> None:
        target: Any = node.target
        owner = self.value(target, names)
        value = self.value(node.value, names)
        if isinstance(owner, list) and isinstance(node.op, ast.Add):
            owner.extend(self.items(value, node))
            return
        self._assign(target, self._binary(node.op, owner, value, node), names)

    def _loop(self, node: ast.For, names: Names) -> None:
        values = self.value(node.iter, names)
        if values is IGNORED:
            return
        for value in self.items(values, node.iter):
            self.budget.spend(node)
            self._assign(node.target, value, names)
            try:
                self.follow(node.body, names)
            except _Leave as leave:
                if not leave.again:
                    return
        self.follow(node.orelse, names)

    def _truth(self, test: ast.expr, names: Names) -> bool:
        value = self.value(test, names)
        if is_tensor(value) or isinstance(value, Size | Sizes) or value is IGNORED or value == _TRAINING:
            raise cannot_read(test, f"whether {shown(test)} holds is only known when the network runs; remove this if.")
        return bool(value)

    # Expressions

    def value(self, node: ast.expr, names: Names) -> Any:
        """What an expression stands for."""
        self.budget.spend(node)
        match node:
            case ast.Constant():
                return node.value
            case ast.Name():
                return self._name(node, names)
            case ast.Attribute():
                return self._attribute(node, self.value(node.value, names), names)
            case ast.Call():
                return self._call(node, names)
            case ast.BinOp():
                return self._binary(node.op, self.value(node.left, names), self.value(node.right, names), node)
            case ast.UnaryOp():
                return self._unary(node, names)
            case ast.BoolOp():
                return self._boolean(node, names)
            case ast.Compare():
                return self._compare(node, names)
            case ast.IfExp():
                return self.value(node.body if self._truth(node.test, names) else node.orelse, names)
            case ast.Tuple():
                return tuple(self._elements(node.elts, names))
            case ast.List():
                return list(self._elements(node.elts, names))
            case ast.Dict():
                return self._dictionary(node, names)
            case ast.ListComp() | ast.GeneratorExp():
                return [self.value(node.elt, scope) for scope in self._comprehension(node.generators, names)]
            case ast.DictComp():
                scopes = self._comprehension(node.generators, names)
                return {self.value(node.key, scope): self.value(node.value, scope) for scope in scopes}
            case ast.Subscript():
                return self._subscript(node, names)
            case ast.Lambda():
                return FunctionValue(node, names)
            case ast.JoinedStr():
                return "".join(str(self.value(part, names)) for part in node.values)
            case ast.FormattedValue():
                return self.value(node.value, names)
        raise cannot_read(node, f"{shown(node)} cannot be read here; give the value directly.")

    def _name(self, node: ast.Name, names: Names) -> Any:
        for scope in (names, self.globals):
            if node.id in scope:
                return scope[node.id]
        if node.id in library.BUILTINS:
            return TorchName(node.id)
        raise cannot_read(node, f"the name {node.id!r} is not known here; define it above, or give its value.")

    def _attribute(self, node: ast.Attribute, owner: Any, names: Names) -> Any:
        name = node.attr
        if isinstance(owner, TorchName):
            return TorchName(f"{owner.name}.{name}")
        if isinstance(owner, Child):
            return self._attribute_of_child(node, owner)
        if isinstance(owner, Node):
            if name in owner.children:
                return owner.children[name]
            if name in owner.attributes:
                return owner.attributes[name]
            if name in owner.arguments:
                return owner.arguments[name]
            assigned = self._in_body(owner, name)
            if assigned is not None:
                return self.value(assigned, self.globals)
            method = self.method(owner, name)
            return method if method is not None else Method(owner, name)
        if is_tensor(owner) and name == "shape":
            return Sizes(owner)
        if isinstance(owner, ClassValue):
            return self._class_attribute(node, owner, names)
        if is_tensor(owner) or isinstance(owner, list | dict | str | tuple | SuperValue | Sizes) or owner is IGNORED:
            return Method(owner, name)
        raise cannot_read(node, f"{shown(node)} cannot be read; give the value directly.")

    def _attribute_of_child(self, node: ast.Attribute, owner: Child) -> Any:
        name, module = node.attr, owner.node
        if name in module.children:
            return Child(f"{owner.path}.{name}" if owner.path else name, module.children[name])
        if name in module.attributes:
            return self.as_children(module.attributes[name], node)
        if name in module.arguments:
            return module.arguments[name]
        if name == "training":
            return _TRAINING
        assigned = self._in_body(module, name)
        if assigned is not None:
            return self.value(assigned, self.globals)
        method = self.method(module, name)
        if method is not None:
            return FunctionValue(method.definition, {**method.names, "self": owner}, module)
        return Method(owner, name)

    def as_children(self, value: Any, at: ast.AST) -> Any:
        """An attribute of a module as its forward sees it: layers in a plain list are not registered."""
        if isinstance(value, list | tuple) and any(isinstance(item, Node) for item in value):
            raise cannot_read(
                at, "a plain list does not register its layers; put them into an nn.ModuleList(...) in __init__."
            )
        if isinstance(value, dict) and any(isinstance(item, Node) for item in value.values()):
            raise cannot_read(
                at, "a plain dict does not register its layers; put them into an nn.ModuleDict(...) in __init__."
            )
        return value

    def _class_attribute(self, node: ast.Attribute, owner: ClassValue, names: Names) -> Any:
        found = _assigned(owner.definition, node.attr)
        if found is not None:
            return self.value(found, names)
        raise cannot_read(node, f"the class {owner.definition.name} has no {node.attr!r}; define it in its body.")

    def _in_body(self, node: Node, name: str) -> ast.expr | None:
        """What the class of a module, or one that it extends, assigns to a name in its body."""
        definition = node.definition.definition if node.definition else None
        while definition is not None:
            found = _assigned(definition, name)
            if found is not None:
                return found
            definition = self.parent(definition)
        return None

    def method(self, node: Node, name: str) -> FunctionValue | None:
        """The method of that name in the class of a module or in a class that it extends."""
        definition = node.definition.definition if node.definition else None
        while definition is not None:
            for statement in definition.body:
                if isinstance(statement, ast.FunctionDef) and statement.name == name:
                    static = any(
                        isinstance(each, ast.Name) and each.id == "staticmethod" for each in statement.decorator_list
                    )
                    return FunctionValue(statement, self.globals, None if static else node)
            definition = self.parent(definition)
        return None

    def parent(self, definition: ast.ClassDef) -> ast.ClassDef | None:
        """The class of the source that a class extends."""
        for base in definition.bases:
            found = self.globals.get(base.id) if isinstance(base, ast.Name) else None
            if isinstance(found, ClassValue):
                return found.definition
        return None

    def _call(self, node: ast.Call, names: Names) -> Any:
        if isinstance(node.func, ast.Name) and node.func.id == "super" and "super" not in names:
            return self._super(names, node)
        function = self.value(node.func, names)
        arguments: list[Any] = []
        for argument in node.args:
            if isinstance(argument, ast.Starred):
                arguments += self.items(self.value(argument.value, names), argument)
            else:
                arguments.append(self.value(argument, names))
        keywords: Names = {}
        for keyword in node.keywords:
            value = self.value(keyword.value, names)
            keywords |= {keyword.arg: value} if keyword.arg else dict(value)
        return self.call(function, tuple(arguments), keywords, node)

    def _super(self, names: Names, node: ast.Call) -> SuperValue:
        owner = names.get("self")
        module = owner.node if isinstance(owner, Child) else owner
        definition = names.get("__class__")
        if not isinstance(module, Node) or not isinstance(definition, ast.ClassDef):
            raise cannot_read(node, "super() can only be read in a method of a class.")
        return SuperValue(module, definition)

    def call(self, function: Any, arguments: tuple[Any, ...], keywords: Names, node: ast.Call) -> Any:
        """What calling a value gives."""
        if isinstance(function, FunctionValue):
            return self.call_function(function, arguments, keywords, node)
        if isinstance(function, ClassValue):
            assert self.make is not None
            return self.make(function, arguments, keywords, node)
        if isinstance(function, Child):
            return self._apply(function, arguments, keywords, node)
        if isinstance(function, Node):
            raise cannot_read(node, "a layer is applied in forward, not in __init__.")
        if isinstance(function, TorchName):
            return library.call_name(self, function.name, arguments, keywords, node)
        if library.is_partial(function):
            return library.call_partial(self, function, arguments, keywords, node)
        if isinstance(function, Method):
            return library.call_method(self, function, arguments, keywords, node)
        raise cannot_read(node, f"the call {shown(node)} cannot be read; write what it does with layers of torch.nn.")

    def _apply(self, child: Child, arguments: tuple[Any, ...], keywords: Names, node: ast.Call) -> Any:
        inputs = tuple(value for value in (*arguments, *keywords.values()) if value is not None)
        if child.node.type == "MultiheadAttention" and len(set(map(id, inputs))) == 1:
            inputs = inputs[:1]
        if not inputs or not all(is_tensor(value) for value in inputs):
            raise cannot_read(node, f"{shown(node)} cannot be read: a layer is applied to tensors.")
        return Applied(inputs, child=child.path, layer_type=child.node.type)

    def call_function(self, function: FunctionValue, arguments: tuple[Any, ...], keywords: Names, node: ast.AST) -> Any:
        """What a function of the source gives."""
        scope = dict(function.names) if function.names is not self.globals else {}
        if function.owner is not None:
            owner = function.names.get("self", function.owner)
            arguments = (owner, *arguments)
            scope["__class__"] = self._defining_class(function.owner, function.definition)
        scope |= self.bound(function.definition.args, arguments, keywords, node)
        if isinstance(function.definition, ast.Lambda):
            return self.value(function.definition.body, scope)
        try:
            self.follow(function.definition.body, scope)
        except Return as returned:
            return returned.value
        except RecursionError as error:
            raise cannot_read(node, f"{shown(node)} calls itself without end.") from error
        return None

    def _defining_class(self, owner: Node, method: ast.AST) -> ast.ClassDef | None:
        definition = owner.definition.definition if owner.definition else None
        while definition is not None and method not in definition.body:
            definition = self.parent(definition)
        return definition

    def bound(self, declared: ast.arguments, arguments: tuple[Any, ...], keywords: Names, node: ast.AST) -> Names:
        """The parameters of a function with their values; raises SpecError for one too many or missing."""
        positional = [*declared.posonlyargs, *declared.args]
        values: Names = {}
        if len(arguments) > len(positional):
            if declared.vararg is None:
                raise cannot_read(
                    node, f"{len(arguments)} arguments are given where there are {len(positional)} parameters."
                )
            values[declared.vararg.arg] = tuple(arguments[len(positional) :])
        elif declared.vararg is not None:
            values[declared.vararg.arg] = ()
        values |= {parameter.arg: value for parameter, value in zip(positional, arguments, strict=False)}
        known = {parameter.arg for parameter in (*positional, *declared.kwonlyargs)}
        extra = {name: value for name, value in keywords.items() if name not in known}
        if declared.kwarg is not None:
            values[declared.kwarg.arg] = extra
        elif extra:
            raise cannot_read(
                node, f"there is no parameter {next(iter(extra))!r}; there are {', '.join(sorted(known))}."
            )
        values |= {name: value for name, value in keywords.items() if name in known}
        defaults = dict(zip(reversed(positional), reversed(declared.defaults), strict=False))
        defaults |= {
            parameter: default
            for parameter, default in zip(declared.kwonlyargs, declared.kw_defaults, strict=True)
            if default is not None
        }
        for parameter in (*positional, *declared.kwonlyargs):
            if parameter.arg not in values:
                if parameter not in defaults:
                    raise cannot_read(node, f"the argument {parameter.arg!r} is missing; give it a value or a default.")
                values[parameter.arg] = self.value(defaults[parameter], self.globals)
        return values

    def _binary(self, sign: ast.operator, left: Any, right: Any, node: ast.AST) -> Any:
        if is_tensor(left) or is_tensor(right):
            return self._tensor_arithmetic(sign, left, right, node)
        if isinstance(left, Size | Sizes) or isinstance(right, Size | Sizes):
            raise cannot_read(node, "arithmetic with the sizes of a tensor cannot be read; write the number.")
        if type(sign) not in _OPERATORS:
            raise cannot_read(node, "this operator cannot be read between numbers.")
        self._check_size(sign, left, right, node)
        try:
            return _OPERATORS[type(sign)](left, right)
        except (TypeError, ValueError, ArithmeticError) as error:
            raise cannot_read(node, f"this cannot be computed: {error}.") from error

    def _tensor_arithmetic(self, sign: ast.operator, left: Any, right: Any, node: ast.AST) -> Applied:
        if type(sign) not in _TENSOR_OPERATORS and not isinstance(sign, ast.Div):
            raise cannot_read(node, "this operator cannot be read between tensors; there are +, -, * and @.")
        if is_tensor(left) and is_tensor(right):
            if isinstance(sign, ast.Div):
                raise cannot_read(node, "a tensor divided by a tensor cannot be read; multiply instead.")
            return Applied((left, right), operation=_TENSOR_OPERATORS[type(sign)])
        tensor, number = (left, right) if is_tensor(left) else (right, left)
        if not isinstance(number, int | float):
            raise cannot_read(node, "only tensors and numbers can be computed with.")
        match sign:
            case ast.Add():
                return Applied((tensor,), operation="add_number", arguments={"number": number})
            case ast.Mult():
                return Applied((tensor,), operation="scale", arguments={"number": number})
            case ast.Sub() if is_tensor(left):
                return Applied((tensor,), operation="add_number", arguments={"number": -number})
            case ast.Div() if is_tensor(left) and number:
                return Applied((tensor,), operation="scale", arguments={"number": 1 / number})
        raise cannot_read(node, "this computation of a number and a tensor cannot be read; multiply or add a number.")

    def _check_size(self, sign: ast.operator, left: Any, right: Any, node: ast.AST) -> None:
        """Refuses numbers and sequences that would fill the memory."""
        long = any(isinstance(value, list | tuple | str) for value in (left, right))
        if long and isinstance(sign, ast.Mult | ast.Mod):
            length = max(len(value) for value in (left, right) if isinstance(value, list | tuple | str))
            times = max((value for value in (left, right) if isinstance(value, int)), default=1)
            if length * times > MAX_LENGTH or isinstance(sign, ast.Mod):
                raise cannot_read(node, "this text or list cannot be read; write it out.")
        numbers = [value for value in (left, right) if isinstance(value, int | float)]
        if any(abs(number) > MAX_NUMBER for number in numbers):
            raise cannot_read(node, "this number is too large.")
        if isinstance(sign, ast.Pow) and len(numbers) == 2 and abs(right) > 64:
            raise cannot_read(node, "this power is too large.")

    def _unary(self, node: ast.UnaryOp, names: Names) -> Any:
        if isinstance(node.op, ast.Not):
            return not self._truth(node.operand, names)
        value = self.value(node.operand, names)
        if is_tensor(value) and isinstance(node.op, ast.USub):
            return Applied((value,), operation="scale", arguments={"number": -1})
        if not isinstance(value, int | float):
            raise cannot_read(node, f"{shown(node)} cannot be read; write a number.")
        return -value if isinstance(node.op, ast.USub) else value

    def _boolean(self, node: ast.BoolOp, names: Names) -> Any:
        value: Any = None
        for each in node.values:
            value = self.value(each, names)
            if is_tensor(value) or isinstance(value, Size):
                self._truth(each, names)
            if value == _TRAINING and isinstance(node.op, ast.And):
                # What else must hold may be known not to.
                rest = ast.BoolOp(node.op, [other for other in node.values if other is not each])
                return False if not self._boolean(rest, names) else value
            if bool(value) == isinstance(node.op, ast.Or):
                return value
        return value

    def _compare(self, node: ast.Compare, names: Names) -> bool:
        left = self.value(node.left, names)
        for sign, comparator in zip(node.ops, node.comparators, strict=True):
            right = self.value(comparator, names)
            for value in (left, right):
                if (is_tensor(value) or isinstance(value, Size)) and not isinstance(sign, ast.Is | ast.IsNot):
                    raise cannot_read(
                        node, f"whether {shown(node)} holds is only known when the network runs; remove it."
                    )
            try:
                if not _COMPARISONS[type(sign)](left, right):
                    return False
            except TypeError as error:
                raise cannot_read(node, f"this cannot be compared: {error}.") from error
            left = right
        return True

    def _elements(self, nodes: list[ast.expr], names: Names) -> Iterator[Any]:
        for node in nodes:
            if isinstance(node, ast.Starred):
                yield from self.items(self.value(node.value, names), node)
            else:
                yield self.value(node, names)

    def _dictionary(self, node: ast.Dict, names: Names) -> Names:
        result: Names = {}
        for key, value in zip(node.keys, node.values, strict=True):
            if key is None:
                result |= self.value(value, names)
            else:
                result[self.value(key, names)] = self.value(value, names)
        return result

    def _comprehension(self, generators: list[ast.comprehension], names: Names) -> Iterator[Names]:
        if not generators:
            yield names
            return
        first, *rest = generators
        for value in self.items(self.value(first.iter, names), first.iter):
            scope = dict(names)
            self._assign(first.target, value, scope)
            if all(self._truth(condition, scope) for condition in first.ifs):
                yield from self._comprehension(rest, scope)

    def _subscript(self, node: ast.Subscript, names: Names) -> Any:
        owner = self.value(node.value, names)
        if is_tensor(owner) and isinstance(node.slice, ast.Tuple):
            return self._selected(owner, node.slice.elts, names, node)
        if isinstance(node.slice, ast.Slice):
            bounds = [
                None if each is None else self.value(each, names)
                for each in (node.slice.lower, node.slice.upper, node.slice.step)
            ]
            return self._cut(owner, slice(*bounds), node)
        key = self.value(node.slice, names)
        if isinstance(owner, Sizes):
            return Size(owner.tensor, owner.start + key)
        if is_tensor(owner):
            if is_output_with_state(owner) and key == 0:
                return owner
            if not isinstance(key, int):
                raise cannot_read(
                    node, "indexing a tensor cannot be read; take a part of chunk, or use flatten or mean."
                )
            return library.operation_on(owner, "item", {"index": key})
        if isinstance(owner, Child):
            return self._child_at(owner, key, node)
        if isinstance(owner, Node):
            return self._node_at(owner, key, node)
        try:
            return owner[key]
        except (LookupError, TypeError) as error:
            raise cannot_read(node, f"{shown(node)} is not there.") from error

    def _selected(self, tensor: Any, parts: list[ast.expr], names: Names, node: ast.Subscript) -> Any:
        """One index along each dimension that has one: `x[:, -1, :]` is the last step."""
        dim = 0
        for part in parts:
            if isinstance(part, ast.Slice) and part.lower is part.upper is part.step is None:
                dim += 1
                continue
            index = None if isinstance(part, ast.Slice) else self.value(part, names)
            if type(index) is not int:
                raise cannot_read(
                    node, f"{shown(node)} cannot be read; take whole dimensions (:) and single indices only."
                )
            tensor = library.operation_on(tensor, "select", {"dim": dim, "index": index})
        return tensor

    def _cut(self, owner: Any, bounds: slice, node: ast.Subscript) -> Any:
        if isinstance(owner, list | tuple | str):
            return owner[bounds]
        if isinstance(owner, Sizes) and bounds.step is None and isinstance(bounds.start, int):
            return Sizes(owner.tensor, owner.start + bounds.start)
        if isinstance(owner, Child):
            return [self._child_at(owner, name, node) for name in list(owner.node.children)[bounds]]
        raise cannot_read(node, f"the part {shown(node)} cannot be read.")

    def _child_at(self, owner: Child, key: Any, node: ast.Subscript) -> Child:
        name = self._key(owner.node, key, node)
        return Child(f"{owner.path}.{name}" if owner.path else name, owner.node.children[name])

    def _node_at(self, owner: Node, key: Any, node: ast.Subscript) -> Node:
        return owner.children[self._key(owner, key, node)]

    def _key(self, owner: Node, key: Any, node: ast.AST) -> str:
        names = list(owner.children)
        if isinstance(key, int) and -len(names) <= key < len(names) and owner.type != "ModuleDict":
            return names[key]
        if str(key) in owner.children:
            return str(key)
        raise cannot_read(node, f"there is no layer {key!r}; there are {', '.join(names) or 'none'}.")

    def items(self, value: Any, node: ast.AST) -> list[Any]:
        """The values that a loop or a star goes through."""
        if isinstance(value, Child):
            if value.node.type == "ModuleDict":
                return list(value.node.children)
            prefix = f"{value.path}." if value.path else ""
            return [Child(f"{prefix}{name}", child) for name, child in value.node.children.items()]
        if isinstance(value, Node):
            return list(value.children) if value.type == "ModuleDict" else list(value.children.values())
        if is_tensor(value):
            raise cannot_read(node, "a tensor cannot be looped over; take its parts with chunk.")
        if not isinstance(value, list | tuple | dict | str | range):
            raise cannot_read(node, "this cannot be looped over; write a list or a range.")
        if len(value) > MAX_LENGTH:
            raise cannot_read(node, f"this has {len(value):,} values; {MAX_LENGTH:,} is the limit.")
        return list(value)


def _assigned(definition: ast.ClassDef, name: str) -> ast.expr | None:
    """What the body of a class assigns to a name."""
    for statement in definition.body:
        if isinstance(statement, ast.Assign | ast.AnnAssign):
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            if any(isinstance(target, ast.Name) and target.id == name for target in targets):
                return statement.value
    return None
