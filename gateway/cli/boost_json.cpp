// The one place where Boost.JSON's own functions are compiled.
#include <boost/json/src.hpp>
